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
from contextlib import suppress
from itertools import chain, count
from pathlib import Path
from typing import Literal

from .listed_file import ListedFile, Listing, seconds_of
from .source import AUDIO

DELIMITERS = {".tsv": "\t", ".csv": ","}
NEEDED = {"path", "text"}
LANGUAGE = "en"  # where nobody says which
REPLACED = "\ufffd"  # what stands for bytes that are not UTF-8


def is_listed_folder(folder: Path) -> bool:
    """Whether there is a list, or a recording with its text beside it."""
    return has_list(folder) or next(_pairs(folder), None) is not None


def has_list(folder: Path) -> bool:
    """Whether a list says which recordings there are."""
    return bool(_lists(folder))


def listed_folder_files(folder: Path) -> Listing:
    """All files with a text.

    The subset is a list's name (``test.tsv``: ``test``), or that of the folder where there is no
    list; a file's reader is what the list says, else the folder it lies in.
    """
    files: dict[str, ListedFile] = {}
    skipped: list[tuple[str, str]] = []
    lists = _lists(folder)
    rows = chain.from_iterable(_rows(path, skipped) for path in lists) if lists else _texts(folder)
    for subset, path, text, reader, language in rows:
        below = Path(path)
        name = f"{subset}/{'-'.join(below.with_suffix('').parts)}"
        try:
            if below.is_absolute() or ".." in below.parts:
                raise ValueError("the path leads out of the folder")
            if not text:
                raise ValueError("no text")
            if REPLACED in path + text:
                raise ValueError("its text or line is not UTF-8")
            if any("\ud800" <= letter <= "\udfff" for letter in path):
                raise ValueError("its name is not UTF-8")
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
    with suppress(csv.Error):  # no text in columns: no list
        return next(_cells(path), [])
    return []


def _cells(path: Path) -> Iterator[list[str]]:
    """Lines of a list.

    Raises:
        csv.Error: at a line that is no text in columns, or at the end of a quote nobody closed.
    """
    delimiter = DELIMITERS[path.suffix.lower()]
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if delimiter == "," else csv.QUOTE_NONE
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        yield from csv.reader(file, delimiter=delimiter, quoting=quoting, strict=True)


def _rows(path: Path, skipped: list[tuple[str, str]]) -> Iterator[_Row]:
    """Rows up to the first that cannot be read, which is named in ``skipped``."""
    lines = _cells(path)
    columns = next(lines)
    for number in count(2):
        try:
            line = next(lines, None)
        except csv.Error as error:
            skipped.append((path.name, f"read up to row {number - 1} only: {error}"))
            return
        if line is None:
            return
        row = {name: cell.strip() for name, cell in zip(columns, line, strict=False)}
        if audio := row.get("path"):
            reader = row.get("reader") or Path(audio).parent.name or path.parent.resolve().name
            yield path.stem, audio, row.get("text", ""), reader, row.get("language") or LANGUAGE


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
