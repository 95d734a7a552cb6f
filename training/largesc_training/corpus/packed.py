# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A prepared corpus in few bytes: for machines that can be reached by little more than a file.

Opus files of at most 15 MB (Ogg, 24 kHz) and pitch in one byte per 5 ms; the speech of a reader
stays together. What the codec learns from is then what Opus leaves, so the rate is a choice.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import soundfile

from .prepared import F0_HOP, SAMPLE_RATE, CorpusWriter, PreparedCorpus, Row

FILE_BYTES = 15_000_000
LOWEST_F0, F0_STEPS = 50.0, 40.0  # Hz; values per octave (0.3 semitones)
MARGIN = 4800  # samples of silence between recordings: one cannot ring into the next


def pack_corpus(corpus: Path, out: Path, kilobits: float, mebibytes: float, seed: int = 0) -> None:
    """Writes ``speech-NN.opus``, ``pitch.npz`` and ``index.json``.

    Args:
        corpus: prepared.
        out: made if it is not there.
        kilobits: kbit/s of the Opus files.
        mebibytes: of all files together; recordings are left out at random to keep to it.
        seed: of what is left out.
    """
    prepared = PreparedCorpus(corpus)
    rows = _chosen(prepared.rows, kilobits, mebibytes, seed)
    out.mkdir(parents=True, exist_ok=True)
    contours, listed = [], []
    for number, part in enumerate(_parts(rows, kilobits)):
        name, at = f"speech-{number:02d}.opus", 0
        samples = []
        for row in part:
            listed.append([row.group, row.use, row.name, row.text, name, at, row.samples])
            contours.append(_f0_bytes(prepared.f0[row.first // F0_HOP :][: row.samples // F0_HOP]))
            samples += [prepared.audio[row.first :][: row.samples], np.zeros(MARGIN, np.int16)]
            at += row.samples + MARGIN
        _write_opus(out / name, np.concatenate(samples), int(1000 * kilobits))
    np.savez_compressed(out / "pitch.npz", f0=np.concatenate(contours))
    (out / "index.json").write_text(json.dumps(listed, ensure_ascii=False))
    size = sum(path.stat().st_size for path in out.iterdir()) / 2**20
    hours = sum(row.samples for row in rows) / SAMPLE_RATE / 3600
    print(f"{out}: {len(rows)} of {len(prepared.rows)} recordings, {hours:.2f} h, {size:.1f} MiB")


def unpack_corpus(packed: Path, out: Path) -> None:
    """The other way; needs soundfile alone."""
    writer, at = CorpusWriter(out), 0
    f0 = _f0_hertz(np.load(packed / "pitch.npz")["f0"])
    name, audio = "", np.zeros(0, np.int16)
    for group, use, recording, text, file, first, samples in json.loads(
        (packed / "index.json").read_text()
    ):
        if file != name:
            name = file
            audio, rate = soundfile.read(packed / file, dtype="int16")
            if rate != SAMPLE_RATE:
                raise ValueError(f"{file} decodes to {rate} Hz, not {SAMPLE_RATE}")
        steps = samples // F0_HOP
        writer.add(group, use, recording, text, audio[first : first + samples], f0[at : at + steps])
        at += steps
    writer.close()


def _chosen(rows: list[Row], kilobits: float, mebibytes: float, seed: int) -> list[Row]:
    """A random part that fits (5 % kept for pitch and index), validation whole."""
    room = 0.95 * mebibytes * 2**20 * 8 / (1000 * kilobits) * SAMPLE_RATE
    order = np.random.default_rng(seed).permutation(len(rows))
    ranked = sorted((rows[k] for k in order), key=lambda row: row.use != "validation")
    sizes = np.cumsum([row.samples + MARGIN for row in ranked])
    kept = ranked[: int(np.searchsorted(sizes, room))]
    return sorted(kept, key=lambda row: row.first)


def _parts(rows: list[Row], kilobits: float) -> Iterator[list[Row]]:
    most = FILE_BYTES * 8 / (1000 * kilobits) * SAMPLE_RATE
    part: list[Row] = []
    for row in rows:
        if part and sum(r.samples + MARGIN for r in part) + row.samples > most:
            yield part
            part = []
        part.append(row)
    if part:
        yield part


def _write_opus(path: Path, samples: np.ndarray, bit_rate: int) -> None:
    with av.open(str(path), "w", format="ogg") as file:
        stream = file.add_stream("libopus", rate=SAMPLE_RATE, layout="mono")
        stream.bit_rate = bit_rate
        for first in range(0, len(samples), SAMPLE_RATE):
            piece = np.ascontiguousarray(samples[None, first : first + SAMPLE_RATE])
            frame = av.AudioFrame.from_ndarray(piece, format="s16", layout="mono")
            frame.sample_rate, frame.pts = SAMPLE_RATE, first
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))


def _f0_bytes(f0: np.ndarray) -> np.ndarray:
    """0 where unvoiced, else 1 + steps above 50 Hz."""
    steps = np.rint(F0_STEPS * np.log2(np.maximum(f0, LOWEST_F0) / LOWEST_F0))
    return np.where(f0 > 0, np.clip(1 + steps, 1, 255), 0).astype(np.uint8)


def _f0_hertz(values: np.ndarray) -> np.ndarray:
    hertz = LOWEST_F0 * 2.0 ** ((values.astype(np.float32) - 1.0) / F0_STEPS)
    return np.where(values > 0, hertz, 0.0).astype(np.float32)
