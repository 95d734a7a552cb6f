# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of listeners: CSV files that the page saved, read with the key."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .key import ListeningKey

MUSHRA_COLUMNS = ("listener", "item", "system", "score")
ABX_COLUMNS = ("listener", "trial", "x", "answer", "correct")


@dataclass(frozen=True)
class Score:
    """A rating of MUSHRA: 0 to 100; ``system`` is a label."""

    listener: str
    item: str
    system: str
    score: float


@dataclass(frozen=True)
class Decision:
    """An answer of ABX; ``pair`` has labels, in the order of the alphabet."""

    listener: str
    trial: str
    pair: tuple[str, str]
    is_right: bool


@dataclass(frozen=True)
class Answers:
    """All that listeners gave."""

    scores: list[Score] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)


def read_answers(files: Sequence[Path], key: ListeningKey) -> Answers:
    """Answers of several files, of either part of a test.

    Whether an answer of ABX is right is decided by the key; the file must agree.

    Raises:
        ValueError: a file is none of the page's, of another page, or a listener answered twice;
            names file and line.
    """
    answers = Answers()
    seen: dict[tuple[str, str], Path] = {}
    for path in files:
        columns, rows = _rows(path)
        for line, row in rows:
            try:
                if columns == MUSHRA_COLUMNS:
                    answers.scores.append(_score(row, key))
                else:
                    answers.decisions.append(_decision(row, key))
            except ValueError as error:
                raise ValueError(f"{path}, line {line}: {error}") from error
            what = row["listener"], row.get("system") or row["trial"]
            if what in seen:
                raise ValueError(
                    f"{path}, line {line}: {row['listener']} answered this in {seen[what]} already"
                )
            seen[what] = path
    if not seen:
        raise ValueError("there is no answer in these files")
    return answers


def _rows(path: Path) -> tuple[tuple[str, ...], Iterator[tuple[int, dict[str, str]]]]:
    """Columns, and rows with their lines."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not text in UTF-8") from error
    reader = csv.DictReader(text.splitlines(), strict=True)
    try:
        columns = tuple(reader.fieldnames or ())
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise ValueError(f"{path}, line {reader.line_num}: {error}") from error
    if columns not in (MUSHRA_COLUMNS, ABX_COLUMNS):
        raise ValueError(
            f"{path} has not the columns {', '.join(MUSHRA_COLUMNS)} or {', '.join(ABX_COLUMNS)}"
        )
    for line, row in rows:
        if None in row or None in row.values() or not row["listener"].strip():
            raise ValueError(f"{path}, line {line}: {len(columns)} values are needed")
    return columns, iter(rows)


def _score(row: dict[str, str], key: ListeningKey) -> Score:
    item = next((one for one in key.items if one.item == row["item"]), None)
    if item is None or row["system"] not in item.stimuli:
        raise ValueError("its sound is not of this test: is this the key of the same page?")
    try:
        score = float(row["score"])
    except ValueError:
        score = float("nan")
    if not 0.0 <= score <= 100.0:
        raise ValueError(f"a score is 0 to 100, not {row['score']!r}")
    return Score(row["listener"].strip(), item.item, item.stimuli[row["system"]], score)


def _decision(row: dict[str, str], key: ListeningKey) -> Decision:
    trial = next((one for one in key.trials if one.trial == row["trial"]), None)
    if trial is None:
        raise ValueError("its trial is not of this test: is this the key of the same page?")
    if row["answer"] not in ("a", "b"):
        raise ValueError(f"an answer is a or b, not {row['answer']!r}")
    is_right = row["answer"] == trial.x
    if row["x"] != trial.x or row["correct"] != str(int(is_right)):
        raise ValueError("x or correct is not what the key says")
    first, second = sorted((trial.a, trial.b))
    return Decision(row["listener"].strip(), trial.trial, (first, second), is_right)
