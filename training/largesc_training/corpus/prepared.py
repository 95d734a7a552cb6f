# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A prepared corpus on disk.

``audio.npy`` (int16, 24 kHz, files end to end), ``f0.npy`` (float32 Hz every 5 ms, 0 where
unvoiced) and ``index.json`` (one row per file).
"""

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np

SAMPLE_RATE = 24000
F0_HOP = 120  # samples, 5 ms


class Row(NamedTuple):
    """A file: whose, what for, name, text if known, first sample and number of samples."""

    group: str
    use: str
    name: str
    text: str
    first: int
    samples: int


class PreparedCorpus:
    """Opened corpus; arrays stay on disk.

    Raises:
        FileNotFoundError: a file of it is missing.
    """

    def __init__(self, folder: Path):
        rows = json.loads((folder / "index.json").read_text())
        self.rows = [Row(*row) for row in rows]
        self.audio = np.load(folder / "audio.npy", mmap_mode="r")
        self.f0 = np.load(folder / "f0.npy", mmap_mode="r")

    def of(self, use: str) -> list[Row]:
        """Rows of one use."""
        return [row for row in self.rows if row.use == use]

    def pcm(self, row: Row) -> np.ndarray:
        """Float32 ``[samples]``, full scale 1.0."""
        return self.audio[row.first : row.first + row.samples].astype(np.float32) / 32768.0


class CorpusWriter:
    """Collects files and writes them as a corpus."""

    def __init__(self, folder: Path):
        self._folder, self._samples = folder, 0
        self._rows: list[Row] = []
        self._audio: list[np.ndarray] = []
        self._f0: list[np.ndarray] = []

    @property
    def count(self) -> int:
        """Files so far."""
        return len(self._rows)

    @property
    def hours(self) -> float:
        """Hours so far."""
        return self._samples / SAMPLE_RATE / 3600

    def add(
        self, group: str, use: str, name: str, text: str, audio: np.ndarray, f0: np.ndarray
    ) -> None:
        """A file of whole 5 ms steps: int16 ``[120 S]`` and Hz ``[S]``."""
        self._rows.append(Row(group, use, name, text, self._samples, len(audio)))
        self._audio.append(audio)
        self._f0.append(f0)
        self._samples += len(audio)

    def close(self) -> None:
        """Writes the files; the index last, so that a corpus with one is whole.

        Raises:
            ValueError: there is nothing to write.
        """
        if not self._rows:
            raise ValueError("no recording with speech was found")
        self._folder.mkdir(parents=True, exist_ok=True)
        np.save(self._folder / "audio.npy", np.concatenate(self._audio))
        np.save(self._folder / "f0.npy", np.concatenate(self._f0))
        (self._folder / "index.json").write_text(json.dumps(self._rows, ensure_ascii=False))
