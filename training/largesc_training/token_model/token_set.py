# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A corpus as tokens on disk: compact, opened without reading it whole.

``tokens.npy`` (int16 ``[frames, 8]``, streams end to end), ``silent.npy`` (bool ``[frames]``)
and ``index.json`` (codec, its silence, one row per stream).
"""

import json
import os
import shutil
from pathlib import Path
from typing import NamedTuple

import numpy as np

PARTS = "parts"


class TokenRow(NamedTuple):
    """A stream: whose, what for, which pass, first frame and number of frames."""

    reader: str
    use: str
    number: int
    first: int
    frames: int


class TokenSet:
    """Opened tokens; arrays stay on disk.

    Raises:
        FileNotFoundError: a file of it is missing.

    Attributes:
        codec: fingerprint of the codec.
        silence: int16 ``[8]``, its tokens of silence.
        rows: all streams.
    """

    def __init__(self, folder: Path):
        index = json.loads((folder / "index.json").read_text())
        self.codec: str = index["codec"]
        self.silence = np.array(index["silence"], dtype=np.int16)
        self.rows = [TokenRow(*row) for row in index["rows"]]
        self._tokens = np.load(folder / "tokens.npy", mmap_mode="r")
        self._silent = np.load(folder / "silent.npy", mmap_mode="r")

    def of(self, use: str) -> list[TokenRow]:
        """Streams of one use."""
        return [row for row in self.rows if row.use == use]

    def window(self, row: TokenRow, start: int, frames: int) -> tuple[np.ndarray, np.ndarray]:
        """Tokens int16 ``[<= frames, 8]`` and silence bool of a stream from frame ``start`` on."""
        part = slice(row.first + start, row.first + min(start + frames, row.frames))
        return np.array(self._tokens[part]), np.array(self._silent[part])


class TokenSetWriter:
    """Collects streams in parts, so that a writer that was stopped goes on behind the last.

    Args:
        folder: of the set, made if it is not there.
    """

    def __init__(self, folder: Path):
        self._folder, self._parts = folder, folder / PARTS
        self._parts.mkdir(parents=True, exist_ok=True)

    def has(self, part: int) -> bool:
        """Whether a part is there, whole."""
        return self._path(part).is_file()

    def add(self, part: int, tokens: list[np.ndarray], silent: list[np.ndarray]) -> None:
        """Tokens int16 ``[frames, 8]`` and silence bool ``[frames]`` of a part's streams."""
        lengths = np.array([len(own) for own in tokens])
        fresh = self._parts / "new.npz"
        np.savez(
            fresh, tokens=np.concatenate(tokens), silent=np.concatenate(silent), lengths=lengths
        )
        os.replace(fresh, self._path(part))

    def close(
        self, parts: int, streams: list[tuple[str, str, int]], codec: str, silence: np.ndarray
    ) -> None:
        """Writes the set and removes the parts; the index last, so that a set with one is whole.

        Args:
            parts: how many there are.
            streams: reader, use and pass of all streams, in order.
            codec: its fingerprint.
            silence: int16 ``[8]``.
        """
        found = [np.load(self._path(part)) for part in range(parts)]
        lengths = np.concatenate([part["lengths"] for part in found])
        starts = np.cumsum(lengths) - lengths
        np.save(self._folder / "tokens.npy", np.concatenate([part["tokens"] for part in found]))
        np.save(self._folder / "silent.npy", np.concatenate([part["silent"] for part in found]))
        rows = [
            [*stream, int(first), int(count)]
            for stream, first, count in zip(streams, starts, lengths, strict=True)
        ]
        index = {"codec": codec, "silence": silence.tolist(), "rows": rows}
        (self._folder / "index.json").write_text(json.dumps(index, ensure_ascii=False))
        shutil.rmtree(self._parts)

    def _path(self, part: int) -> Path:
        return self._parts / f"{part:05d}.npz"
