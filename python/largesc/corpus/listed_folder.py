# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any folder of speech with texts: a list of files, or a text beside each.

The list is a ``.tsv`` or ``.csv`` with a line of names first: ``path`` (below the list's folder)
and ``text``; ``reader`` and ``language`` if they are known. Without a list, ``a.wav`` is said in
``a.txt`` beside it, and each folder is a reader's.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from .listed_file import ListedFile, Listing, seconds_of
from .source import AUDIO

DELIMITERS = {".tsv": "\t", ".csv": ","}
NEEDED = {"path", "text"}
LANGUAGE = "en"  # where nobody says which


def is_listed_folder(folder: Path) -> bool:
    """Whether there is a list, or a recording with its text beside it."""
    return bool(_lists(folder)) or next(_pairs(folder), None) is not None


def listed_folder_files(folder: Path) -> Listing:
    """All files with a text.

    The subset is a list's name (``test.tsv``: ``test``), or that of the folder where there is no
    list; a file's reader is what the list says, else the folder it lies in.
    """
    files: dict[str, ListedFile] = {}
    skipped: list[tuple[str, str]] = []
    lists = _lists(folder)
    rows = (row for path in lists for row in _rows(path)) if lists else _texts(folder)
    for subset, path, text, reader, language in rows:
        below = Path(path)
        name = f"{subset}/{'-'.join(below.with_suffix('').parts)}"
        try:
            if below.is_absolute() or ".." in below.parts:
                raise ValueError("the path leads out of the folder")
            if not text:
                raise ValueError("no text")
            if name in files:
                raise ValueError("the file is listed twice")
            seconds = seconds_of(folder / below)
        except ValueError as error:
            skipped.append((str(below), str(error)))
            continue
        files[name] = ListedFile(name, subset, reader, language, text, seconds, folder / below)
    return Listing("Folder", [files[name] for name in sorted(files)], skipped)


_Row = tuple[str, str, str, str, str]  # subset, path below the folder, text, reader, language


def _lists(folder: Path) -> list[Path]:
    """Lists with the columns that are needed."""
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in DELIMITERS)
    return [path for path in found if path.is_file() and set(_columns(path)) >= NEEDED]


def _columns(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        return next(csv.reader(file, delimiter=DELIMITERS[path.suffix.lower()]), [])


def _rows(path: Path) -> Iterator[_Row]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        for row in csv.DictReader(file, delimiter=DELIMITERS[path.suffix.lower()]):
            if not row["path"]:
                continue
            audio = row["path"].strip()
            reader = (row.get("reader") or "").strip() or (
                path.parent / audio
            ).resolve().parent.name
            language = (row.get("language") or "").strip() or LANGUAGE
            yield path.stem, audio, (row["text"] or "").strip(), reader, language


def _pairs(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.suffix.lower() in AUDIO and path.with_suffix(".txt").is_file():
            yield path


def _texts(folder: Path) -> Iterator[_Row]:
    subset = folder.resolve().name
    for path in sorted(_pairs(folder)):
        text = path.with_suffix(".txt").read_text(encoding="utf-8-sig", errors="replace")
        below, reader = path.relative_to(folder).as_posix(), path.parent.resolve().name
        yield subset, below, " ".join(text.split()), reader, LANGUAGE
