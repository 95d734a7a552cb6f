# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a sound file cannot be read or written."""

from pathlib import Path

from .printable import printable


class AudioFileError(ValueError):
    """A file cannot be used as speech, or not be written; the message is one line.

    Attributes:
        path: of the file.
        reason: what is wrong with it, without its name.
    """

    def __init__(self, path: Path, reason: str):
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{printable(self.path)}: {self.reason}"
