# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Some minutes of a prepared corpus as bytes: Opus, pitch and phones in one byte per 5 ms, rows.

What a codec learns from is then what Opus leaves, so the rate is a choice.
"""

import io
import json
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import soundfile

from .prepared import F0_HOP, SAMPLE_RATE, PreparedCorpus, Row

LOWEST_F0, F0_STEPS = 50.0, 40.0  # Hz; values per octave (0.3 semitones)
MARGIN = 4800  # samples of silence between recordings: one cannot ring into the next
SPEECH, STEPS, ROWS = "speech.opus", "steps.npz", "rows.json"


class DamagedPart(ValueError):
    """Packed speech that is not what was packed."""


@dataclass(frozen=True)
class Recording:
    """A row and its arrays: audio int16 ``[samples]``, F0 in Hz and phones uint8 every 5 ms."""

    row: Row
    audio: np.ndarray
    f0: np.ndarray
    phones: np.ndarray


def packed_stream(
    corpus: Path, phones: Path | None, rows: list[Row], bit_rate: int
) -> dict[str, bytes]:
    """Files of a stream by name.

    Args:
        corpus: prepared.
        phones: its phones, if they are known.
        rows: of the corpus; not empty.
        bit_rate: of the Opus file, bit/s.
    """
    prepared = PreparedCorpus(corpus)
    spoken = np.load(phones, mmap_mode="r") if phones else np.zeros(len(prepared.f0), np.uint8)
    pause = np.zeros(MARGIN, np.int16)
    audio = [x for row in rows for x in (prepared.audio[row.first :][: row.samples], pause)]
    parts = [slice(row.first // F0_HOP, (row.first + row.samples) // F0_HOP) for row in rows]
    steps = io.BytesIO()
    np.savez_compressed(
        steps,
        f0=_f0_bytes(np.concatenate([prepared.f0[part] for part in parts])),
        phones=np.concatenate([spoken[part] for part in parts]),
    )
    return {
        SPEECH: _opus(np.concatenate(audio), bit_rate),
        STEPS: steps.getvalue(),
        ROWS: json.dumps([row._replace(first=0) for row in rows], ensure_ascii=False).encode(),
    }


def unpacked_stream(files: dict[str, bytes]) -> list[Recording]:
    """The other way; needs soundfile alone.

    Raises:
        DamagedPart: lengths or rate are not those of the rows.
    """
    rows = [Row(*row) for row in json.loads(files[ROWS])]
    audio, rate = soundfile.read(io.BytesIO(files[SPEECH]), dtype="int16")
    steps = np.load(io.BytesIO(files[STEPS]))
    f0, phones = _f0_hertz(steps["f0"]), steps["phones"]
    wanted = sum(row.samples + MARGIN for row in rows)
    if rate != SAMPLE_RATE or len(audio) < wanted - MARGIN or len(f0) != len(phones):
        raise DamagedPart(f"{len(audio)} samples at {rate} Hz, {wanted} at {SAMPLE_RATE} wanted")
    found, at, step = [], 0, 0
    for row in rows:
        count = row.samples // F0_HOP
        pcm, own = audio[at : at + row.samples], slice(step, step + count)
        found.append(Recording(row, pcm, f0[own], phones[own]))
        at, step = at + row.samples + MARGIN, step + count
    return found


def _opus(samples: np.ndarray, bit_rate: int) -> bytes:
    out = io.BytesIO()
    # The same speech is the same file: no serial number by chance.
    with av.open(out, "w", format="ogg", options={"fflags": "+bitexact"}) as file:
        stream = file.add_stream("libopus", rate=SAMPLE_RATE, layout="mono")
        stream.bit_rate = bit_rate
        for first in range(0, len(samples), SAMPLE_RATE):
            piece = np.ascontiguousarray(samples[None, first : first + SAMPLE_RATE])
            frame = av.AudioFrame.from_ndarray(piece, format="s16", layout="mono")
            frame.sample_rate, frame.pts = SAMPLE_RATE, first
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return out.getvalue()


def _f0_bytes(f0: np.ndarray) -> np.ndarray:
    """0 where unvoiced, else 1 + steps above 50 Hz."""
    steps = np.rint(F0_STEPS * np.log2(np.maximum(f0, LOWEST_F0) / LOWEST_F0))
    return np.where(f0 > 0, np.clip(1 + steps, 1, 255), 0).astype(np.uint8)


def _f0_hertz(values: np.ndarray) -> np.ndarray:
    hertz = LOWEST_F0 * 2.0 ** ((values.astype(np.float32) - 1.0) / F0_STEPS)
    return np.where(values > 0, hertz, 0.0).astype(np.float32)
