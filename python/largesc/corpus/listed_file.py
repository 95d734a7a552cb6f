# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of corpora as users have them on disk."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..audio.file_length import seconds_of_file
from ..audio.sound import Undecodable


@dataclass(frozen=True)
class ListedFile:
    """A file that looks usable; attributes as Utterance's."""

    name: str
    subset: str
    reader: str
    language: str
    text: str
    seconds: float
    path: Path


@dataclass(frozen=True)
class Listing:
    """What a folder has.

    Attributes:
        layout: ``LibriSpeech``, ``Common Voice`` or ``Folder``.
        files: sorted by name.
        skipped: path and reason.
    """

    layout: str
    files: list[ListedFile]
    skipped: list[tuple[str, str]]


def seconds_of(path: Path) -> float:
    """Duration of an audio file by its header.

    Raises:
        ValueError: missing, no audio, or cut short; says which.
    """
    try:
        if not path.is_file():
            raise ValueError("the file is missing")
        return seconds_of_file(path)
    except Undecodable as error:
        raise ValueError(str(error)) from error
    except OSError as error:
        raise ValueError(f"the file cannot be read ({error.strerror})") from error


def listing_fingerprint(listing: Listing) -> str:
    """SHA-256 over names, texts and sizes of the files."""
    return _digest(
        f"{file.name}\t{file.text}\t{file.path.stat().st_size}" for file in listing.files
    )


def _digest(lines: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()
