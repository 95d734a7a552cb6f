# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stages of the pipeline: what each reads, what it writes, when it is done."""

import json
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .run_options import RunOptions


class StageError(RuntimeError):
    """A stage cannot run; the message says why and what to do."""


@dataclass(frozen=True)
class Stage:
    """One step from data to checkpoint.

    Attributes:
        name: also the name of its folder, if it writes one.
        about: a line for people.
        inputs, outputs: paths in the work folder. Later stages hang on outputs of earlier ones.
        run: does the work.
        depends: the options that change what comes out, as JSON holds them. Time budgets are not
            among them: a stage that is given more time goes on from where it was.
        minutes: default time budget; 0 for stages that take the time they take.
        wanted: whether a run with these options has the stage at all.
    """

    name: str
    about: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    run: Callable[[RunOptions], None]
    depends: Callable[[RunOptions], dict[str, Any]] = lambda options: {}
    minutes: float = 0.0
    wanted: Callable[[RunOptions], bool] = lambda options: True

    def record(self, work: Path) -> dict[str, Any]:
        """What was written when it began or ended; empty if it never did."""
        path = self._record_path(work)
        return json.loads(path.read_text()) if path.is_file() else {}

    def is_done(self, options: RunOptions) -> bool:
        """Ended, with these options and at least this much time, and its outputs are there."""
        record = self.record(options.work)
        there = all((options.work / name).exists() for name in self.outputs)
        enough = record.get("minutes", 0.0) >= self._minutes(options)
        steps, most = record.get("steps"), options.steps.get(self.name)
        enough = enough and (steps is None or (most is not None and most <= steps))
        return bool(there and record.get("ended") and enough)

    def begin(self, options: RunOptions, unmade: Collection[str] = ()) -> None:
        """Checks inputs and earlier beginnings, and notes that it began.

        Args:
            options: of the run.
            unmade: what the run does without, since the stages that make it are not wanted.

        Raises:
            StageError: an input is missing, or it was begun with other options.
        """
        needed = [name for name in self.inputs if name not in unmade]
        missing = [name for name in needed if not (options.work / name).exists()]
        if missing:
            raise StageError(
                f"stage {self.name} needs {', '.join(missing)}; run the stages before it"
            )
        record, depends = self.record(options.work), self.depends(options)
        differing = [k for k, v in depends.items() if record and record["options"].get(k) != v]
        if differing:
            raise StageError(
                f"stage {self.name} was begun with other options ({', '.join(differing)}): remove "
                f"{self._record_path(options.work)} and its outputs, or use another folder"
            )
        self._write(options, ended=False)

    def end(self, options: RunOptions) -> None:
        """Notes that it ended."""
        self._write(options, ended=True)

    def _write(self, options: RunOptions, ended: bool) -> None:
        record = {
            "options": self.depends(options),
            "minutes": self._minutes(options),
            "steps": options.steps.get(self.name),
            "ended": ended,
            "written": time.strftime("%Y-%m-%d %H:%M:%S"),
        }
        path = self._record_path(options.work)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(record, indent=2) + "\n")

    def _minutes(self, options: RunOptions) -> float:
        return options.minutes.get(self.name, self.minutes)

    def _record_path(self, work: Path) -> Path:
        return work / "stages" / f"{self.name}.json"


def run_stages(stages: Sequence[Stage], options: RunOptions, until: str | None = None) -> None:
    """Runs what is not done, in order, up to and with ``until``.

    Stages that the options do without are left out.

    Raises:
        StageError: a stage cannot run, or ``until`` is none of the run's.
    """
    unmade = {name for stage in stages if not stage.wanted(options) for name in stage.outputs}
    stages = [stage for stage in stages if stage.wanted(options)]
    names = [stage.name for stage in stages]
    if until and until not in names:
        raise StageError(f"this run has no stage {until!r}; there are {', '.join(names)}")
    for stage in stages:
        if stage.is_done(options):
            print(f"{stage.name}: done", flush=True)
        else:
            print(f"{stage.name}: {stage.about}", flush=True)
            stage.begin(options, unmade)
            stage.run(options)
            stage.end(options)
        if stage.name == until:
            return
