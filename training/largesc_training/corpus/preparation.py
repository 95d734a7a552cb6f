# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings to a prepared corpus: decoded, trimmed, levelled, with pitch.

Which readers train and which validate stands in ``gnuradio.largesc.corpus.sources``; those who
judge are not here.
"""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
from largesc.audio.speech_file import AudioFileError, read_speech
from largesc.corpus.source import Use
from largesc.corpus.source_texts import texts_of
from largesc.corpus.sources import sources_for
from rich.progress import track

from .prepared import F0_HOP, SAMPLE_RATE, CorpusWriter

USES: tuple[Use, ...] = ("training", "validation")
SHORTEST = 60  # steps of 5 ms
KEPT_EVERY = 500  # recordings: what a stop costs
UNSPELLED = "backslashreplace"  # bytes of a file's name that are not UTF-8
AUDIO = {".flac", ".mp3", ".oga", ".ogg", ".opus", ".wav"}


class Recording(NamedTuple):
    """A file to prepare; text where it is known."""

    group: str
    use: str
    path: Path
    text: str = ""


def recordings(packages: Path, synthetic: Path) -> Iterator[Recording]:
    """Every recording that trains or validates; synthetic voices train.

    Recordings whose readers are told apart have the reader for a group, others their source.
    """
    for use in USES:
        for source in sources_for(use):
            texts = texts_of(source, packages)
            for name, path in source.files(packages):
                group = source.group_of(name)
                yield Recording(group, use, path, texts.get(path.stem, ""))
    for path in sorted(synthetic.glob("*/*.wav")):
        text = path.with_suffix(".txt").read_text().strip()
        yield Recording(path.parent.name, "training", path, text)


def decode(path: Path) -> np.ndarray:
    """Mono float32 at 24 kHz.

    Raises:
        AudioFileError: no audio, or damaged.
    """
    return read_speech(path).pcm


def trim(pcm: np.ndarray, margin: int = 2400) -> np.ndarray:
    """Cuts silence at both ends: more than 100 ms away from anything above -40 dB of peak."""
    loud = np.flatnonzero(np.abs(pcm) > 0.01 * np.abs(pcm).max(initial=0.0))
    if not len(loud):
        return pcm[:0]
    return pcm[max(0, loud[0] - margin) : loud[-1] + margin]


def level(pcm: np.ndarray) -> np.ndarray:
    """Active speech (samples above 0.02 of the peak) to an RMS of 0.06 (-24 dBFS)."""
    pcm = pcm / max(1e-6, float(np.abs(pcm).max(initial=0.0)))
    active = pcm[np.abs(pcm) > 0.02]
    rms = float(np.sqrt(np.mean(active**2))) if len(active) else 1.0
    return np.clip(pcm * 0.06 / rms, -1.0, 1.0)


def pitch(pcm: np.ndarray) -> np.ndarray:
    """F0 in Hz every 5 ms by WORLD (DIO, StoneMask; Morise 2016); 0 where unvoiced.

    DIO looks at a quarter of the rate: four times as fast, and one voicing decision in a hundred
    is another. With a floor of 60 Hz every fifth step of a voice at 65 Hz would be called unvoiced,
    with one of 40 Hz noise would be called a voice.
    """
    import pyworld

    x = pcm.astype(np.float64)
    limits = {"f0_floor": 50.0, "f0_ceil": 550.0, "frame_period": 5.0}
    f0, times = pyworld.dio(x, SAMPLE_RATE, speed=4, **limits)
    return pyworld.stonemask(x, f0, times, SAMPLE_RATE).astype(np.float32)


def prepare(recording: Recording) -> tuple[np.ndarray, np.ndarray] | None:
    """Audio (int16, whole 5 ms steps) and F0 of one file; None if there is no speech in it."""
    try:
        pcm = level(trim(decode(recording.path)))
    except AudioFileError:
        return None
    steps = len(pcm) // F0_HOP
    if steps < SHORTEST or not np.isfinite(pcm).all():
        return None
    pcm = pcm[: steps * F0_HOP]
    return (pcm * 32767).astype(np.int16), pitch(pcm)[:steps]


def prepare_corpus(found: list[Recording], out: Path) -> None:
    """Writes the prepared corpus; says how much it holds and what it could not use.

    A call that was stopped goes on where it was, for the same recordings.

    Raises:
        ValueError: no recording has speech.
    """
    plan = hashlib.sha256("\n".join(map(str, found)).encode(errors=UNSPELLED)).hexdigest()
    writer = CorpusWriter(out, plan)
    rest = found[writer.done :]
    with ProcessPoolExecutor() as pool:
        results = zip(rest, pool.map(prepare, rest, chunksize=16), strict=True)
        shown = track(results, total=len(rest), description="preparing")
        for done, (recording, result) in enumerate(shown, start=writer.done + 1):
            if result is not None:
                group, name = _spelled(recording.group), _spelled(recording.path.name)
                writer.add(group, recording.use, name, recording.text, *result)
            if done % KEPT_EVERY == 0:
                writer.keep(done)
    writer.close()
    print(f"{writer.count} of {len(found)} files, {writer.hours:.2f} h")


def _spelled(name: str) -> str:
    """The name of a file or folder as it can be written into the index."""
    return name.encode(errors=UNSPELLED).decode()
