# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Common Voice (Ardila et al. 2020) as it unpacks: LANGUAGE/clips/*.mp3 and LANGUAGE/*.tsv."""

import csv
from collections.abc import Iterator
from pathlib import Path

from .listed_file import ListedFile, Listing, seconds_of

# Which lists to take, in this order: the others are for training, or not validated.
LISTS = ("test", "validated")
COLUMNS = ("path", "sentence", "client_id")


def is_common_voice(folder: Path) -> bool:
    """Whether there are clips and a list of them, of one language or of several."""
    return bool(_languages(folder))


def common_voice_files(folder: Path) -> Listing:
    """Clips of the test list (else of the validated) of every language, in one subset each.

    The subset is ``common-voice-de`` for German and so on.
    """
    files: list[ListedFile] = []
    skipped: list[tuple[str, str]] = []
    for language, path in _languages(folder).items():
        subset = f"common-voice-{language}"
        for row in _rows(path, folder, skipped):
            clip = path.parent / "clips" / Path(row["path"]).name
            try:
                seconds = seconds_of(clip)
            except ValueError as error:
                skipped.append((str(clip.relative_to(folder)), str(error)))
                continue
            name = f"{subset}/{clip.stem}"
            reader = row["client_id"][:16]
            files.append(ListedFile(name, subset, reader, language, row["sentence"], seconds, clip))
    return Listing("Common Voice", sorted(files, key=lambda file: file.name), skipped)


def _languages(folder: Path) -> dict[str, Path]:
    """The list of clips to take, by language."""
    found = {}
    for base in (folder, *sorted(path for path in folder.iterdir() if path.is_dir())):
        for name in LISTS:
            if (base / "clips").is_dir() and (base / f"{name}.tsv").is_file():
                found[base.resolve().name.split("-")[0]] = base / f"{name}.tsv"
                break
    return found


def _rows(path: Path, folder: Path, skipped: list[tuple[str, str]]) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
        if missing:
            skipped.append((str(path.relative_to(folder)), f"no column {', '.join(missing)}"))
            return
        for row in rows:
            if all(row.get(column) for column in COLUMNS):
                yield {column: row[column] for column in COLUMNS}
