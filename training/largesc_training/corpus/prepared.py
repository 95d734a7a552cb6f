# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A prepared corpus on disk.

``audio.npy`` (int16, 24 kHz, files end to end), ``f0.npy`` (float32 Hz every 5 ms, 0 where
unvoiced) and ``index.json`` (one row per file).
"""

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

SAMPLE_RATE = 24000
F0_HOP = 120  # samples, 5 ms
PROGRESS = "progress.json"


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
    """Writes files as a corpus, one after the other: it keeps none in memory.

    Args:
        folder: made if it is not there; a corpus in it is overwritten.
        plan: names what is going to be written. A writer that was stopped goes on behind what it
            kept for the same plan; an empty one never does.

    Attributes:
        done: of the plan, as the last :meth:`keep` had it.
    """

    def __init__(self, folder: Path, plan: str = ""):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "index.json").unlink(missing_ok=True)
        self._folder, self._plan = folder, plan
        kept = self._kept()
        self.done: int = kept["done"]
        self._rows = [Row(*row) for row in kept["rows"]]
        self._samples = sum(row.samples for row in self._rows)
        self._audio = _GrowingArray(folder / "audio.npy", np.int16, self._samples)
        self._f0 = _GrowingArray(folder / "f0.npy", np.float32, self._samples // F0_HOP)

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

    def keep(self, done: int) -> None:
        """Makes what was added outlast a stop; ``done`` is how far the plan is with it."""
        self._audio.flush()
        self._f0.flush()
        kept = {"plan": self._plan, "done": done, "rows": self._rows}
        fresh = self._folder / f"new-{PROGRESS}"
        fresh.write_text(json.dumps(kept, ensure_ascii=False))
        os.replace(fresh, self._folder / PROGRESS)

    def _kept(self) -> dict[str, Any]:
        path = self._folder / PROGRESS
        kept = json.loads(path.read_text()) if self._plan and path.is_file() else {}
        return kept if kept.get("plan") == self._plan and kept else {"done": 0, "rows": []}

    def close(self) -> None:
        """Ends the files; the index last, so that a corpus with one is whole.

        Raises:
            ValueError: there is nothing in it.
        """
        self._audio.close()
        self._f0.close()
        if not self._rows:
            raise ValueError("no recording with speech was found")
        (self._folder / "index.json").write_text(json.dumps(self._rows, ensure_ascii=False))
        (self._folder / PROGRESS).unlink(missing_ok=True)


class _GrowingArray:
    """A NumPy file of one dimension whose length is known at the end; it may go on from one."""

    def __init__(self, path: Path, dtype: type[np.generic], length: int):
        self._file = path.open("r+b" if length else "wb")
        self._dtype, self._length = np.dtype(dtype), length
        self._begin = self._write_header()
        self._file.truncate(self._begin + length * self._dtype.itemsize)
        self._file.seek(0, os.SEEK_END)

    def append(self, values: np.ndarray) -> None:
        np.ascontiguousarray(values, self._dtype).tofile(self._file)
        self._length += len(values)

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        self._file.seek(0)
        # NumPy leaves room for a length of any size.
        assert self._write_header() == self._begin
        self._file.close()

    def _write_header(self) -> int:
        descr = np.lib.format.dtype_to_descr(self._dtype)
        facts = {"descr": descr, "fortran_order": False, "shape": (self._length,)}
        np.lib.format.write_array_header_1_0(self._file, facts)
        return self._file.tell()
