# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""How an evaluation goes: a bar, its rate, what went wrong."""

from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from .terminal import say

if TYPE_CHECKING:
    from ..evaluation.run.matrix import Unit

PROBLEMS_SHOWN = 10


class EvaluationProgress:
    """Draws on a console what a run tells it; a context manager."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._problems = 0
        self._seconds = 0.0
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}", markup=False),
            TimeElapsedColumn(),
            TextColumn("left", markup=False),
            TimeRemainingColumn(),
            console=console,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._progress.start()
        self._task = self._progress.add_task("starting processes", total=None, rate="")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def planned(self, pending: Sequence["Unit"], kept: int, absent: dict[str, str]) -> None:
        """Says what is left out and what was done before; the bar begins."""
        for system, why in absent.items():
            self._say(f"{system}: cannot run here: {why}")
        if kept:
            self._say(f"{kept} of {kept + len(pending)} units are there already")
        assert self._task is not None
        self._progress.reset(self._task, description="file x system", total=len(pending), rate="")

    def finished(self, unit: "Unit", problems: Sequence[str]) -> None:
        """Moves the bar; says the first problems."""
        there = [problem for problem in problems if problem]
        if there:
            self._problems += 1
            if self._problems <= PROBLEMS_SHOWN:
                self._say(f"{unit.system.label}, {unit.utterance}: {there[0]}")
            if self._problems == PROBLEMS_SHOWN:
                self._say("further problems: column `problem` of the rows")
        assert self._task is not None
        self._seconds += unit.seconds * len(problems)
        self._progress.advance(self._task)
        elapsed = self._progress.tasks[0].elapsed or 0.0
        rate = f"{self._seconds / elapsed:.1f} s of speech per s" if elapsed else ""
        self._progress.update(self._task, rate=rate)

    def _say(self, line: str) -> None:
        say(self._console, line)
