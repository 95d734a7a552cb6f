# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs left in their folders: rows, settings and recordings, of one run or of several."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow
import pyarrow.parquet

from .channel_entry import COLUMNS, TEXT_COLUMNS

METADATA_KEY = b"largesc"
KEY = ["system", "loss", "seed", "subset", "file"]
# Without these a row says nothing; metrics may be missing.
NEEDED = (*KEY, "kind", "seconds", "bits", "problem")


class ReportError(ValueError):
    """No report can be made of a folder; the message says which and why."""


@dataclass(frozen=True)
class Clip:
    """A recording that a run kept for listening.

    Attributes:
        system: label; empty for the original.
        loss: label; empty for the original.
        seed: of the channel.
        file: in the corpus.
        subset: of the corpus.
        path: of the audio file.
    """

    system: str
    loss: str
    seed: int
    file: str
    subset: str
    path: Path


@dataclass(frozen=True)
class Run:
    """An experiment that was run, perhaps not to its end.

    Attributes:
        folder: where it lies.
        experiment: its name.
        rows: a row per system, loss, seed and file; and rows that name a problem.
        metadata: settings, versions, corpus, machine and time, as the runner wrote them.
        finished: whether all rows are there.
        clips: recordings.
    """

    folder: Path
    experiment: str
    rows: pd.DataFrame
    metadata: dict[str, Any]
    finished: bool
    clips: list[Clip] = field(default_factory=list)

    def told(self, *path: str) -> Any:
        """A value of the metadata, ``told("corpus", "name")``; None if nobody wrote it."""
        value: Any = self.metadata
        for key in path:
            if not isinstance(value, dict):
                return None
            value = value.get(key)
        return value


def load_runs(folders: Sequence[Path]) -> list[Run]:
    """Runs that can stand in one report.

    Raises:
        ReportError: there is no run, one is damaged or empty, or two contradict each other.
    """
    if not folders:
        raise ReportError("no run was named")
    runs = [load_run(Path(folder)) for folder in dict.fromkeys(folders)]
    for index, run in enumerate(runs):
        for other in runs[:index]:
            _check_agreement(other, run)
    return runs


def check_folder(folder: Path) -> None:
    """Whether a run can be there, before anything is written.

    Raises:
        ReportError: it is no folder.
    """
    if not folder.is_dir():
        raise ReportError(f"{folder} is not a folder of a run")


def load_run(folder: Path) -> Run:
    """One run.

    Raises:
        ReportError: it is not there, damaged or empty.
    """
    check_folder(folder)
    whole = folder / "rows.parquet"
    finished = whole.is_file()
    files = [whole] if finished else sorted((folder / "parts").glob("*.parquet"))
    if not files:
        raise ReportError(f"{folder} has no results: neither rows.parquet nor parts/*.parquet")
    tables = [_read_table(file) for file in files]
    rows = pd.concat([rows for rows, _ in tables if len(rows)] or [tables[0][0]])
    if rows.empty:
        raise ReportError(f"{folder} has no results: no row in {files[0].name}")
    rows = _completed(rows, folder)
    metadata = next((told for _, told in tables if told), {})
    names = rows["experiment"].dropna().unique() if "experiment" in rows else []
    name = str(names[0]) if len(names) else folder.resolve().name
    return Run(folder, name, rows, metadata, finished, _read_clips(folder / "audio"))


def _read_table(file: Path) -> tuple[pd.DataFrame, dict[str, Any]]:
    try:
        table = pyarrow.parquet.read_table(file)
        metadata = json.loads((table.schema.metadata or {}).get(METADATA_KEY, b"{}"))
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ReportError(f"{file} is damaged: {reason}") from error
    missing = [name for name in NEEDED if name not in table.column_names]
    if missing:
        raise ReportError(f"{file} is not of an evaluation: it lacks {', '.join(missing)}")
    if any(name not in table.column_names for name in COLUMNS):
        raise ReportError(
            f"{file} is of an older version, whose rows do not tell what their channels are: run "
            "the experiment again, into another folder or with --redo"
        )
    if not isinstance(metadata, dict):
        raise ReportError(f"{file} is damaged: its metadata is not an object")
    return table.to_pandas(), metadata


def _completed(rows: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """With empty strings for absent labels, each result once."""
    rows = rows.reset_index(drop=True)
    for column in ("system", "kind", "loss", "subset", "file", "problem", *TEXT_COLUMNS):
        rows[column] = rows[column].fillna("").astype(str)
    # A part may be there twice, when a run was killed between writing and noting it.
    rows = rows.drop_duplicates([*KEY, "problem"], ignore_index=True)
    results = rows[rows["problem"] == ""]
    if (results[["system", "loss", "subset", "file"]] == "").any(axis=None):
        raise ReportError(f"{folder} has rows without system, loss, subset or file")
    if results["seed"].isna().any():
        raise ReportError(f"{folder} has rows without a seed")
    return rows


def _read_clips(folder: Path) -> list[Clip]:
    index = folder / "index.json"
    if not index.is_file():
        return []
    try:
        return [
            Clip(
                str(entry["system"] or ""),
                str(entry["loss"] or ""),
                int(entry["seed"] or 0),
                str(entry["file"]),
                str(entry["subset"]),
                _inside(folder, str(entry["path"])),
            )
            for entry in json.loads(index.read_text(encoding="utf-8"))
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise ReportError(f"{index} is damaged: {error}") from error


def _inside(folder: Path, path: str) -> Path:
    """Where a recording lies: beside its index or below, whoever wrote the index."""
    for base in (folder, folder.parent):
        target = (base / path).resolve()
        if target.is_relative_to(folder.resolve()) and target.exists():
            return target
    target = (folder / path).resolve()
    if not target.is_relative_to(folder.resolve()):
        raise ValueError(f"{path} lies outside of its folder")
    return target


def _check_agreement(first: Run, second: Run) -> None:
    """Systems, channels and subsets of one name must be the same thing in both runs."""
    ours, theirs = _results(first), _results(second)
    both = f"{first.folder} and {second.folder}"
    for system in sorted(set(ours["system"]) & set(theirs["system"])):
        one, other = (run.told("systems", system, "version") for run in (first, second))
        if one is not None and other is not None and one != other:
            raise ReportError(f"{both}: {system} is not the same version in both; report apart")
    prints = [run.told("corpus", "fingerprint") for run in (first, second)]
    channels = pd.concat([ours, theirs])[["loss", *COLUMNS]].drop_duplicates()
    for label in channels["loss"][channels["loss"].duplicated()]:
        raise ReportError(f"{both}: {label} is not the same channel in both; report apart")
    shared = sorted(set(ours["subset"]) & set(theirs["subset"]))
    if shared and None not in prints and prints[0] != prints[1]:
        raise ReportError(f"{both}: {shared[0]} is of different corpora; report them apart")


def _results(run: Run) -> pd.DataFrame:
    return run.rows[run.rows["problem"] == ""]
