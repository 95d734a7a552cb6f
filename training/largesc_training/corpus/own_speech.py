# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A user's own speech: any folder of audio, and more of it where the layout says who speaks what.

Texts are kept of English alone: what aligns phones and counts words knows no other language.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from largesc.corpus.librispeech import is_librispeech, librispeech_files
from largesc.corpus.listed_folder import has_list, is_listed_folder, listed_folder_files

from .preparation import AUDIO, Recording

COLUMNS = {"client_id", "path", "sentence"}  # of Common Voice
HELD_OUT = 20  # one reader in so many validates, or, of fewer readers, one recording
COMMON_VOICE = {"training": "train.tsv", "validation": "dev.tsv"}  # who judges is in test.tsv


def own_recordings(folder: Path) -> list[Recording]:
    """Every recording, of LibriSpeech, Common Voice, a folder with texts, or any folder.

    Common Voice says itself who trains and who validates. Elsewhere one reader in twenty
    validates; of fewer readers, one recording in twenty. Where nobody says who speaks, a folder
    that holds files is a reader.

    Raises:
        ValueError: a list of Common Voice lacks a column.
    """
    if lists := sorted(path for path in folder.rglob("train.tsv") if _has_clips(path)):
        return [recording for path in lists for recording in _common_voice(path.parent)]
    if is_librispeech(folder) or is_listed_folder(folder):
        listing = librispeech_files if is_librispeech(folder) else listed_folder_files
        found = [
            Recording(file.reader, "", file.path, file.text if file.language == "en" else "")
            for file in listing(folder).files
        ]
        if listing is listed_folder_files and not has_list(folder):  # they train without texts too
            known = {one.path for one in found}
            others = (path for path in _audio(folder) if path not in known)
            found += [Recording(path.parent.resolve().name, "", path) for path in others]
    else:
        found = [Recording(str(p.parent.relative_to(folder)), "", p) for p in _audio(folder)]
    return _shared_out(found)


def _shared_out(found: list[Recording]) -> list[Recording]:
    readers = {reader: k for k, reader in enumerate(sorted({one.group for one in found}))}
    chosen = []
    for number, one in enumerate(found):
        turn = readers[one.group] if len(readers) >= HELD_OUT else number
        held = turn % HELD_OUT == HELD_OUT - 1
        chosen.append(one._replace(use="validation" if held else "training"))
    return chosen


def _audio(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in AUDIO]


def _has_clips(path: Path) -> bool:
    return (path.parent / "clips").is_dir()


def _common_voice(folder: Path) -> Iterator[Recording]:
    english = folder.name == "en"
    for use, name in COMMON_VOICE.items():
        if not (folder / name).is_file():
            continue
        with (folder / name).open(encoding="utf-8-sig", errors="replace", newline="") as file:
            rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE, restval="")
            if absent := COLUMNS.difference(rows.fieldnames or ()):
                raise ValueError(f"{folder / name}: no column {', '.join(sorted(absent))}")
            for row in rows:
                path = folder / "clips" / row["path"]
                if path.is_file():
                    text = row["sentence"] if english else ""
                    yield Recording(row["client_id"][:16], use, path, text)
