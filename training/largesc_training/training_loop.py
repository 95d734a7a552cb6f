# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The loop every stage that trains shares: time budget, resuming, log, validation, curves."""

import csv
import math
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import torch
from rich.progress import BarColumn, Progress, TextColumn
from torch import nn

from .curves import draw_curves
from .training_state import load_state, save_state

LONGEST_STEP = 3.0  # s; a suspended machine does not use up the budget
LOG_EVERY, SAVE_EVERY = 50, 200  # steps
WARM_UP = 200  # steps
LOG, VALIDATION = "log.csv", "validation.csv"


class Task(Protocol):
    """What a stage trains.

    Attributes:
        model: everything that learns or is saved.
        weights: of the parts of the loss.
    """

    model: nn.Module
    weights: dict[str, float]

    def parameter_groups(self) -> list[dict[str, Any]]:
        """As torch's optimisers take them; ``scale`` multiplies the learning rate."""

    def batches(self, first: int) -> Iterable[Any]:
        """Batches from number ``first`` on."""

    def losses(self, batch: Any) -> dict[str, torch.Tensor]:
        """Parts of the loss."""

    def validate(self) -> dict[str, float]:
        """Figures on held-out readers."""


@dataclass
class Budget:
    """How long, how fast, how often to validate.

    Attributes:
        minutes: of computing, over all sessions of the run; validation not counted.
        learning_rate: its peak.
        validate_every: minutes; 0 for never.
        seed: of everything that is drawn in a step, with the step's number.
    """

    minutes: float
    learning_rate: float
    validate_every: float = 10.0
    seed: int = 0


@dataclass
class _Clock:
    step: int = 0
    used: float = 0.0  # s
    shown: dict[str, float] = field(default_factory=dict)
    validated: float = 0.0  # s of the last validation

    def add(self, seconds: float, parts: dict[str, torch.Tensor]) -> None:
        for name, value in parts.items():
            now = float(value.detach())
            self.shown[name] = 0.98 * self.shown.get(name, now) + 0.02 * now
        self.used, self.step = self.used + min(LONGEST_STEP, seconds), self.step + 1


def cosine_with_warmup(progress: float, step: int) -> float:
    """Learning-rate factor: linear warm-up by steps, then cosine to 5 % over ``progress`` 0..1."""
    cosine = 0.475 * (1.0 + math.cos(math.pi * min(1.0, progress))) + 0.05
    return min(1.0, (step + 1) / WARM_UP) * cosine


def train(name: str, task: Task, folder: Path, budget: Budget) -> None:
    """Steps until the budget is used; goes on from the folder's state if there is one.

    The folder gets ``state.*`` (to resume), ``log.csv``, ``validation.csv`` and ``curves.png``.
    """
    optimiser = torch.optim.AdamW(
        task.parameter_groups(), lr=budget.learning_rate, betas=(0.8, 0.95), weight_decay=1e-2
    )
    facts = load_state(folder, task.model, optimiser)
    clock = _Clock(**facts) if facts else _Clock()
    with _progress(name, budget) as show:
        for batch in _batches(task.batches(clock.step)):
            if clock.used >= 60.0 * budget.minutes:
                break
            _step(task, optimiser, batch, clock, budget)
            show(clock)
            if clock.step % LOG_EVERY == 0:
                _log(folder / LOG, clock, clock.shown)
            if clock.step % SAVE_EVERY == 0:
                save_state(folder, task.model, optimiser, clock.__dict__)
            every = 60.0 * budget.validate_every
            if every and clock.used - clock.validated >= every:
                _validate(task, clock, folder)
        _validate(task, clock, folder)
        save_state(folder, task.model, optimiser, clock.__dict__)


def _step(
    task: Task, optimiser: torch.optim.Optimizer, batch: Any, clock: _Clock, budget: Budget
) -> None:
    started = time.monotonic()
    torch.manual_seed(budget.seed * 1_000_003 + clock.step)
    rate = budget.learning_rate * cosine_with_warmup(clock.used / 60 / budget.minutes, clock.step)
    for group in optimiser.param_groups:
        group["lr"] = rate * group.get("scale", 1.0)
    parts = task.losses(batch)
    optimiser.zero_grad()
    torch.stack([task.weights[k] * v for k, v in parts.items()]).sum().backward()
    norm = torch.nn.utils.clip_grad_norm_(task.model.parameters(), 10.0)
    if torch.isfinite(norm):  # one bad batch is not worth a run
        optimiser.step()
    clock.add(time.monotonic() - started, parts)


def _validate(task: Task, clock: _Clock, folder: Path) -> None:
    task.model.eval()
    with torch.no_grad():
        figures = task.validate()
    task.model.train()
    clock.validated = clock.used
    if figures:
        _log(folder / VALIDATION, clock, figures)
        # One codebook's figures (with a colon) are for the file and the picture.
        shown = {name: value for name, value in figures.items() if ":" not in name}
        print(_line("validation", clock, shown), flush=True)
    draw_curves(folder)


def _batches(batches: Iterable[Any]) -> Iterator[Any]:
    """Ends the loader's processes when the loop ends."""
    iterator = (batch for batch in batches)
    with closing(iterator):
        yield from iterator


def _log(path: Path, clock: _Clock, figures: dict[str, float]) -> None:
    """Appends a row; the columns are those of the first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    row = {"step": clock.step, "minutes": round(clock.used / 60, 3), **figures}
    fresh = not path.is_file()
    with path.open("a", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        if fresh:
            writer.writeheader()
        writer.writerow({k: f"{v:.5g}" if isinstance(v, float) else v for k, v in row.items()})


def _line(name: str, clock: _Clock, figures: dict[str, float]) -> str:
    text = " ".join(f"{k} {v:.3f}" for k, v in figures.items())
    return f"{name} step {clock.step} {clock.used / 60:.1f} min {text}"


class _progress:
    """A bar with losses and speed; where the output is no terminal, a line now and then."""

    def __init__(self, name: str, budget: Budget):
        columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[said]}")
        self._bar = Progress(*columns, transient=True)
        self._name, self._total = name, 60.0 * budget.minutes

    def __enter__(self) -> Callable[[_Clock], None]:
        if self._bar.console.is_terminal:
            self._bar.start()
        self._task = self._bar.add_task(self._name, total=self._total, said="")
        self._first: tuple[int, float] | None = None
        return self._show

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def _show(self, clock: _Clock) -> None:
        self._first = self._first or (clock.step, clock.used)
        steps, seconds = clock.step - self._first[0], clock.used - self._first[1]
        speed = {"steps/s": steps / seconds} if seconds else {}
        said = _line("", clock, {**clock.shown, **speed})
        self._bar.update(self._task, completed=min(clock.used, self._total), said=said)
        if not self._bar.console.is_terminal and clock.step % LOG_EVERY == 0:
            print(f"{self._name}{said}", flush=True)
