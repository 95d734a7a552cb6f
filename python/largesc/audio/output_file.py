# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a file can be written and would not destroy another: asked before the work begins."""

import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from .audio_file_error import AudioFileError
from .input_file import STANDARD_INPUT
from .printable import printable

# What libsndfile writes without loss, by the file's suffix.
FORMATS = {
    ".wav": "WAV",
    ".flac": "FLAC",
    ".aiff": "AIFF",
    ".aif": "AIFF",
    ".au": "AU",
    ".caf": "CAF",
    ".w64": "W64",
}


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """What goes wrong while a file is written names it: of a full disk the system says no name.

    Raises:
        OSError: of the same number, with the file's name.
    """
    try:
        yield
    except OSError as error:
        if error.filename is not None or error.errno is None:
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error


def check_output(path: Path, others: Iterable[Path] = ()) -> str:
    """As :func:`check_writable`, for a sound file; returns libsndfile's name of its format.

    Raises:
        AudioFileError: the suffix names no format that is written, it is no file but a device
            or a pipe, or it cannot be written.
    """
    sound_format = FORMATS.get(path.suffix.lower())
    if sound_format is None:
        suffix = printable(path.suffix) or "no suffix"
        raise AudioFileError(path, f"cannot be written ({suffix}; known are {', '.join(FORMATS)})")
    check_writable(path, others)
    if path.exists() and not path.is_file():
        raise AudioFileError(path, "cannot be written (a device or a pipe, not a file)")
    return sound_format


def check_writable(path: Path, others: Iterable[Path] = ()) -> None:
    """Says whether a file can be written there, without writing.

    Args:
        path: the file to write, of any kind; it may exist.
        others: what the same command reads and writes; ``-`` is standard input.

    Raises:
        AudioFileError: no such folder, a folder of that name, no permission, or the file is one
            of the others.
    """
    try:
        reason = _hindrance(path) if path != STANDARD_INPUT else "name a file, or /dev/stdout"
    except OSError as error:
        reason = error.strerror or str(error)
    except ValueError as error:  # a zero byte, or a character that the system's names lack
        reason = str(error)
    if reason:
        raise AudioFileError(path, f"cannot be written ({reason})")
    for other in others:
        if _is_same_file(path, other):
            raise AudioFileError(
                path, f"cannot be written (it is the same file as {printable(other)})"
            )


def _hindrance(path: Path) -> str:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        # A link may point to where nothing is yet.
        return _hindrance_of_new(Path(os.path.realpath(path)).parent)
    if stat.S_ISDIR(mode):
        return "it is a folder"
    return "" if _permitted(path, os.W_OK) else "no permission to write it"


def _hindrance_of_new(folder: Path) -> str:
    if not folder.is_dir():
        return f"there is no folder {printable(folder)}"
    if not _permitted(folder, os.W_OK | os.X_OK):
        return f"no permission to write in the folder {printable(folder)}"
    return ""


def _permitted(path: Path, mode: int) -> bool:
    effective = os.access in os.supports_effective_ids
    return os.access(path, mode, effective_ids=effective)


def _is_same_file(path: Path, other: Path) -> bool:
    """Whether writing the one changes the other: by another name or link, too."""
    try:
        if other == STANDARD_INPUT:
            read = os.fstat(sys.stdin.fileno())
        elif os.path.realpath(path) == os.path.realpath(other):
            return path.is_file() or not path.exists()
        else:
            read = other.stat()
        return stat.S_ISREG(read.st_mode) and os.path.samestat(path.stat(), read)
    except (OSError, ValueError, AttributeError):  # one is not there, or no standard input
        return False
