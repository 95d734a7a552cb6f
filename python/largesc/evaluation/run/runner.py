# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs an experiment into a folder, and goes on where an earlier run of it was stopped."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import yaml
from distributed import Client

from .components import Components, Entry
from .dask_client import default_workers, results, worker_processes
from .experiment import Experiment
from .experiment_file import ExperimentError, ExperimentFile
from .listening import write_index, write_listening
from .matrix import Plan, Unit, chosen_entries, plan_of, settings_of, units_of
from .merged_rows import Origin, write_merged
from .parts import Parts, write_atomically
from .preflight import SystemFacts, look_at_machine, look_at_metrics, look_at_system
from .unit_work import UnitResult


class Watch(Protocol):
    """Is told how a run goes."""

    def planned(self, pending: Sequence[Unit], kept: int, absent: dict[str, str]) -> None:
        """What is to be done, how many units were done before, which systems cannot run."""
        ...

    def finished(self, unit: Unit, problems: Sequence[str]) -> None:
        """A unit is done; problems of its rows, empty where there was none."""
        ...


@dataclass(frozen=True)
class RunOutcome:
    """What became of a run: rows in all, those of them with a problem, and units that died."""

    rows: int
    problems: int
    died: dict[str, str]


@dataclass
class _Session:
    """One start of the command; a run that was stopped has several."""

    name: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    start: float = field(default_factory=time.monotonic)

    def stamp(self) -> dict[str, Any]:
        return {"session": self.name, "session_seconds": time.monotonic() - self.start}


def run_experiment(
    file: ExperimentFile,
    components: Components,
    out: Path,
    watch: Watch,
    folder: str = "",
    workers: int = 0,
    scheduler: str = "",
    redo: bool = False,
) -> RunOutcome:
    """Runs what is not there yet, then writes ``rows.parquet``.

    Args:
        file: the experiment.
        components: where its parts come from.
        out: folder of the run.
        watch: is told of progress.
        folder: of the corpus, instead of the experiment's.
        workers: processes, 0 for one per core.
        scheduler: address of a Dask scheduler instead.
        redo: do units again that were made with other settings or versions; else they are an
            error.

    Raises:
        ExperimentError: the folder holds another experiment, or other settings.
        ValueError: no files, or a part of the experiment that cannot be built.
        ConnectionError: no scheduler.
        OSError: the folder cannot be written.
    """
    session = _Session()
    experiment = file.experiment
    _refuse_another(out, experiment.name)
    given, folder = folder, folder or experiment.corpus.folder
    corpus = components.open_corpus(folder, experiment.corpus.subsets)
    entries = chosen_entries(experiment, corpus)
    plan = plan_of(experiment, components, folder, corpus)
    # Not before there is something to run: the folder is this experiment's from here on.
    write_atomically(out / "experiment.yaml", file.text.encode())
    workers = workers or default_workers(experiment.systems)
    with worker_processes(workers, scheduler) as client:
        facts, versions, machine = _look(client, experiment, plan)
        machine["workers"] = len(client.nthreads())
        run = _Run(out, plan, experiment, entries, facts, versions)
        died = run.do_pending(client, watch, session, redo)
    write_index(out / "audio", run.units, plan.cells, entries)
    other = ("--corpus", Path(given).name) if given else ()
    arguments = (*file.arguments, *other) if file.arguments else ()
    origin = Origin(experiment, corpus, entries, facts, versions, machine, arguments)
    rows, problems = write_merged(out, run.parts, run.units, died, origin, session.stamp())
    return RunOutcome(rows, problems, died)


class _Run:
    """The units of a run, and those of them that are in its folder."""

    def __init__(
        self,
        out: Path,
        plan: Plan,
        experiment: Experiment,
        entries: Sequence[Entry],
        facts: dict[str, SystemFacts],
        versions: dict[str, str],
    ) -> None:
        self.parts = Parts(out / "parts")
        self._audio = out / "audio"
        self._plan = plan
        self._absent = {k: v.unavailable for k, v in facts.items() if v.unavailable}
        there = [system for system in experiment.systems if system.label not in self._absent]
        self.units = units_of(there, entries, experiment.listen)
        self._made_with = {
            system.label: settings_of(plan, system)
            | {"versions": {"system": facts[system.label].version, "metrics": versions}}
            for system in there
        }

    def do_pending(
        self, client: Client, watch: Watch, session: _Session, redo: bool
    ) -> dict[str, str]:
        """Does what is not there; gives what happened to units that have no result, by unit."""
        pending = self._pending(redo)
        watch.planned(pending, len(self.units) - len(pending), self._absent)
        died = {}
        for unit, result in results(client, self._plan, pending):
            if isinstance(result, UnitResult):
                write_listening(self._audio, unit, result)
                self.parts.write(unit.file_name, result.rows, self._about(unit) | session.stamp())
                watch.finished(unit, [row["problem"] for row in result.rows])
            else:
                died[unit.file_name] = result
                watch.finished(unit, [result])
        return died

    def _about(self, unit: Unit) -> dict[str, Any]:
        return {"made_with": self._made_with[unit.system.label], "is_heard": unit.is_heard}

    def _pending(self, redo: bool) -> list[Unit]:
        pending = []
        for unit in self.units:
            about = self.parts.about(unit.file_name)
            made_with = self._made_with[unit.system.label]
            if about is not None and about["made_with"] != made_with and not redo:
                raise ExperimentError(_difference(unit, about["made_with"], made_with))
            is_there = about is not None and about["made_with"] == made_with
            is_heard = about is not None and about["is_heard"]
            if not is_there or (unit.is_heard and not is_heard):
                pending.append(unit)
        return pending


def _look(
    client: Client, experiment: Experiment, plan: Plan
) -> tuple[dict[str, SystemFacts], dict[str, str], dict[str, Any]]:
    systems = [client.submit(look_at_system, s, pure=False) for s in experiment.systems]
    metrics = client.submit(look_at_metrics, plan.metrics, pure=False)
    machine = client.submit(look_at_machine, pure=False)
    try:
        labels = [system.label for system in experiment.systems]
        facts = dict(zip(labels, client.gather(systems), strict=True))
        return facts, metrics.result(), machine.result()
    except (ImportError, AttributeError) as error:
        raise ConnectionError(f"the workers do not have the same packages: {error}") from error


def _refuse_another(out: Path, name: str) -> None:
    copy = out / "experiment.yaml"
    if out.exists() and not out.is_dir():
        raise NotADirectoryError(f"{out} is no folder")
    if not copy.is_file():
        return
    there = yaml.safe_load(copy.read_text(encoding="utf-8"))
    other = there.get("name") if isinstance(there, dict) else None
    if other != name:
        raise ExperimentError(
            f"{out} holds the experiment '{other}', not '{name}': give --out another folder"
        )


def _difference(unit: Unit, before: dict[str, Any], now: dict[str, Any]) -> str:
    differing = [
        f"{key} was {_short(before.get(key))}, is {_short(now.get(key))}"
        for key in now
        if before.get(key) != now[key]
    ]
    return (
        f"{unit.system.label} on {unit.utterance} was made with other settings: "
        + "; ".join(differing)
        + ". Take another folder, or --redo to do again what differs"
    )


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 160 else text[:157] + "..."
