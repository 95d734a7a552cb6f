# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""SHA-256 of large files, once per process: Moshi's weights take a quarter of a minute."""

import functools
import hashlib
from pathlib import Path


def file_digest(path: Path) -> "hashlib._Hash":
    """SHA-256 of a file, to be read or gone on with; hashed again when the file has changed.

    Raises:
        OSError: it cannot be read.
    """
    state = path.stat()
    return _digest(path, state.st_ino, state.st_size, state.st_mtime_ns).copy()


@functools.lru_cache(maxsize=16)
def _digest(path: Path, *_state: int) -> "hashlib._Hash":
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256")
