# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of corpora as users have them on disk."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import soundfile


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
        ValueError: missing, or no audio; says which.
    """
    try:
        if not path.is_file():
            raise ValueError("the file is missing")
        return float(soundfile.info(path).duration)
    except soundfile.LibsndfileError as error:
        raise ValueError(f"not audio, or damaged ({error.error_string.strip()})") from error
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
