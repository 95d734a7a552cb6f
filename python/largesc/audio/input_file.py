# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Opening what a user names as input: a file, a pipe, or standard input."""

import io
import stat
import sys
from pathlib import Path
from typing import BinaryIO, cast

from .audio_file_error import AudioFileError

STANDARD_INPUT = Path("-")
PIPE_LIMIT = 2**31  # bytes; a pipe is kept in memory, since decoders go back and forth
READ_SIZE = 2**20  # bytes


def open_input(path: Path) -> BinaryIO:
    """The file at its start, for reading in any order.

    A pipe (a FIFO, ``/dev/stdin``, the shell's ``<(...)``) and standard input (``-``; a file of
    that name is reached by its full path) are read to their end first.

    Raises:
        AudioFileError: missing, a folder or a device, not permitted, a terminal, or a pipe of
            more than 2 GiB.
    """
    try:
        return _opened(path)
    except AudioFileError:
        raise
    except FileNotFoundError as error:
        raise AudioFileError(path, "no such file") from error
    except OSError as error:
        raise AudioFileError(path, f"cannot be read ({error.strerror or error})") from error
    except ValueError as error:  # a zero byte, or a character that the system's names lack
        raise AudioFileError(path, f"no file can have this name ({error})") from error


def _opened(path: Path) -> BinaryIO:
    if path == STANDARD_INPUT:
        return _standard_input(path)
    mode = path.stat().st_mode
    if stat.S_ISREG(mode):
        return path.open("rb")
    if stat.S_ISFIFO(mode):
        with path.open("rb") as pipe:
            return _in_memory(path, pipe)
    kind = "a folder" if stat.S_ISDIR(mode) else "a device or a terminal"
    raise AudioFileError(path, f"{kind}, not an audio file")


def _standard_input(path: Path) -> BinaryIO:
    if sys.stdin is None or sys.stdin.closed:
        raise AudioFileError(path, "standard input is closed")
    if sys.stdin.isatty():
        raise AudioFileError(path, "standard input is a terminal: give it a file or a pipe")
    return _in_memory(path, cast(BinaryIO, sys.stdin.buffer))


def _in_memory(path: Path, pipe: BinaryIO) -> BinaryIO:
    content = io.BytesIO()
    while piece := pipe.read(READ_SIZE):
        content.write(piece)
        if content.tell() > PIPE_LIMIT:
            limit = PIPE_LIMIT / 2**30
            raise AudioFileError(path, f"more than {limit:.0f} GiB from a pipe: use a file")
    content.seek(0)
    return content
