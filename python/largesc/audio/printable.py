# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A file name as it can be printed: on one line, in the terminal's own encoding."""

import sys
from os import PathLike, fspath

ESCAPED_BYTE = 0xDC00  # Python keeps a byte that is no UTF-8 as this plus the byte (PEP 383)


def printable(path: str | PathLike[str]) -> str:
    """The path with ``\\x1b`` and the like for what a terminal cannot or should not print.

    That is bytes that are no text in the file system's encoding, control characters (a line
    feed, an escape sequence), and characters that standard output or error cannot encode.
    """
    text = "".join(c if c.isprintable() else _escaped(c) for c in fspath(path))
    for stream in (sys.stdout, sys.stderr):
        encoding = getattr(stream, "encoding", None) or "utf-8"
        text = text.encode(encoding, "backslashreplace").decode(encoding)
    return text


def _escaped(character: str) -> str:
    byte = ord(character) - ESCAPED_BYTE
    if 0x80 <= byte <= 0xFF:
        return f"\\x{byte:02x}"
    return character.encode("unicode_escape").decode("ascii")
