# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said in recordings that train or steer, where their home says it."""

import csv
import json
import re
from pathlib import Path

from .kaldi_texts import kaldi_texts
from .set_apart_readers import TEXTS
from .source import Source

WORDS = re.compile("[a-z_ ]{3,}")  # a file's name that is what is said in it


def texts_of(source: Source, packages: Path) -> dict[str, str]:
    """Texts by a recording's file name without ending; empty where nobody wrote them down.

    Args:
        source: one of SOURCES.
        packages: as for files_of.
    """
    folder = source.folder(packages)
    if source.texts == "kaldi":
        return kaldi_texts(folder / part / "text" for part in ("train", "test"))
    if source.texts == "transcript":
        return _transcript(folder / "LJSpeech-1.1" / "transcript.csv")
    if source.texts == "set-apart":
        return _set_apart(folder / TEXTS)
    if source.texts == "file-names":
        stems = (Path(name).stem for name, _ in source.files(packages))
        return {stem: stem.replace("_", " ") for stem in stems if WORDS.fullmatch(stem)}
    return {}


def _transcript(path: Path) -> dict[str, str]:
    """LJ Speech's list: name, text as printed, text as read, with bars between them."""
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        rows = csv.reader(file, delimiter="|", quoting=csv.QUOTE_NONE)
        return {row[0]: row[-1].strip() for row in rows if len(row) > 1}


def _set_apart(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    texts: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return {key.split("/")[-1]: text for key, text in texts.items()}
