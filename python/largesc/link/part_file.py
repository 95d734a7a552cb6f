# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A file that takes the place of an older one when it is complete, and not before."""

import os
import shutil
from pathlib import Path
from typing import BinaryIO

MOST_LINKS = 40  # one behind the other, as the system has it


def part_of(path: Path) -> Path | None:
    """Where a file is written until it is complete: beside it, ``.part`` behind its name.

    None for what is written in its place: a device or a pipe, what is open already
    (``/dev/stdout``), or what lies beside no place to write in.
    """
    target = _behind_links(path)
    if target is None or (target.exists() and not target.is_file()):
        return None
    part = target.with_name(f"{target.name}.part")
    if part.exists():
        return part if part.is_file() and not part.is_symlink() else None
    return part if os.access(part.parent, os.W_OK | os.X_OK) else None


class PartFile:
    """Such a file, open for writing.

    Args:
        path: where it is to be.

    Attributes:
        content: to write to.

    Raises:
        OSError: it cannot be written.
    """

    def __init__(self, path: Path):
        self._path, self._part = path, part_of(path)
        try:
            self.content: BinaryIO = (self._part or path).open("wb")
        except OSError:  # a name that is too long with the suffix, say
            if self._part is None:
                raise
            self._part = None
            self.content = path.open("wb")

    def complete(self) -> None:
        """Closes it; it is in its place."""
        self.content.close()
        target = _behind_links(self._path)
        if self._part is None or target is None:
            return
        if target.exists():
            shutil.copymode(target, self._part)
        self._part.replace(target)

    def leave(self) -> None:
        """Closes it; what is written stays beside its place."""
        self.content.close()


def _behind_links(path: Path) -> Path | None:
    """The file that a link leads to; None if it leads to what a process has open."""
    for _ in range(MOST_LINKS):
        folder = Path(os.path.realpath(path.parent))
        if folder.is_relative_to("/proc"):
            return None
        path = folder / path.name
        if not path.is_symlink():
            return path
        path = folder / os.readlink(path)
    return None
