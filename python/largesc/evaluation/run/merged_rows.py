# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of a finished run as one file, with all that is known of how they were made."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .components import Corpus, Entry
from .experiment import Experiment
from .matrix import Unit
from .parts import Parts, metadata_of, write_table
from .preflight import SystemFacts
from .rows import Row, joined, table_of


@dataclass(frozen=True)
class Origin:
    """Where figures come from: settings, speech, versions, machine.

    ``arguments`` are those of the command that gives the same run; empty where nobody knows.
    """

    experiment: Experiment
    corpus: Corpus
    entries: Sequence[Entry]
    systems: Mapping[str, SystemFacts]
    metrics: Mapping[str, str]
    machine: Mapping[str, Any]
    arguments: Sequence[str] = ()

    def as_json(self, wall_seconds: float) -> bytes:
        """Metadata of the file of rows."""
        experiment = self.experiment.model_dump(mode="json")
        experiment["systems"] = [
            {"label": system.label, **system.model_dump(mode="json")}
            for system in self.experiment.systems
        ]
        experiment["losses"] = [
            {"label": channel.label, **channel.model_dump(mode="json")}
            for channel in self.experiment.losses
        ]
        values = {
            "experiment": experiment,
            "arguments": list(self.arguments),
            "systems": {label: asdict(facts) for label, facts in self.systems.items()},
            "metrics": dict(self.metrics),
            "package": package_fingerprint(),
            "corpus": {
                "name": self.corpus.name,
                "fingerprint": self.corpus.fingerprint,
                "seconds": sum(entry.seconds for entry in self.entries),
                "files": len(self.entries),
                "skipped": len(self.corpus.skipped),
            },
            "machine": dict(self.machine),
            "wall_seconds": wall_seconds,
        }
        return json.dumps(values).encode()


def write_merged(
    out: Path,
    parts: Parts,
    units: Sequence[Unit],
    died: Mapping[str, str],
    origin: Origin,
    session: Mapping[str, Any],
) -> tuple[int, int]:
    """Writes ``rows.parquet``; gives the number of rows, and of rows with a problem.

    Args:
        out: folder of the run.
        parts: of the units.
        units: of the run, in order.
        died: what happened to units that have no part, by unit.
        origin: what goes into the metadata.
        session: name and seconds of this start of the command.
    """
    name = origin.experiment.name
    others: list[Row] = [
        _problem_row(name, facts.unavailable, system=s.label, kind=s.kind)
        for s in origin.experiment.systems
        if (facts := origin.systems[s.label]).unavailable
    ]
    others += [
        _problem_row(name, skipped.reason, file=skipped.path) for skipped in origin.corpus.skipped
    ]
    there = {entry.subset for entry in origin.entries}
    others += [
        _problem_row(name, "left out: the corpus has no such subset", file=subset)
        for subset in origin.experiment.corpus.optional
        if subset not in there
    ]
    tables = []
    sessions = {session["session"]: session["session_seconds"]}
    for unit in units:
        table = parts.read(unit.file_name)
        if table is None:
            label, kind = unit.system.label, unit.system.kind
            why = died.get(unit.file_name, "its rows could not be read")
            others.append(_problem_row(name, why, label, kind, unit.utterance))
            continue
        about = metadata_of(table)
        seconds = max(about["session_seconds"], sessions.get(about["session"], 0.0))
        sessions[about["session"]] = seconds
        tables.append(table)
    rows = joined([*tables, table_of(others)], origin.as_json(sum(sessions.values())))
    write_table(out / "rows.parquet", rows)
    return len(rows), sum(1 for problem in rows["problem"].to_pylist() if problem)


def package_fingerprint() -> str:
    """SHA-256 over the package's Python files: which code made the figures."""
    package = Path(__file__).parents[2]
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        digest.update(str(path.relative_to(package)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _problem_row(
    experiment: str, problem: str, system: str = "", kind: str = "", file: str = ""
) -> Row:
    return {
        "experiment": experiment,
        "system": system,
        "kind": kind,
        "file": file,
        "problem": problem,
    }
