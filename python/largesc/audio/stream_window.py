# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""One of the streams that lie behind one another in a file, as a file of its own."""

import io
from typing import BinaryIO


class StreamWindow(io.RawIOBase):
    """Bytes ``start`` to ``stop`` of a file, for decoders written in C.

    Exceptions do not reach Python through such a decoder: a read error ends the stream and stays
    in ``failure``; seeking to before the start, as damaged headers ask for, changes nothing.

    Args:
        file: open for reading; everything that reads it goes through one window at a time.
        start: first byte.
        stop: the byte behind the last.
        name: of the file; its suffix says what it is where the content does not.
    """

    def __init__(self, file: BinaryIO, start: int, stop: int, name: str = ""):
        super().__init__()
        self.size = stop - start
        self.failure: OSError | None = None
        if name:
            self.name = name
        self._file = file
        self._start = start
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        view = memoryview(buffer)[: max(0, self.size - self._position)]
        try:
            self._file.seek(self._start + self._position)
            piece = self._file.read(len(view))
        except OSError as error:
            self.failure = error
            return 0
        view[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size}[whence]
        if origin + offset >= 0:
            self._position = origin + offset
        return self._position

    def tell(self) -> int:
        return self._position

    def head(self, size: int) -> bytes:
        """The first bytes; the position stays."""
        position, self._position = self._position, 0
        content = self.read(size) or b""
        self._position = position
        return content
