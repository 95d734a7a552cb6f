# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The loop every stage that trains shares: time budget, stopping, resuming, log, validation."""

import math
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import nn

from .curves import draw_curves
from .stop_request import StopRequest
from .training_log import LOG, VALIDATION, ProgressDisplay, add_row, drop_rows_behind, line
from .training_state import load_state, save_state
from .training_step import TrainingStep
from .weight_average import WeightAverage

LONGEST_STEP = 3.0  # s; a suspended machine does not use up the budget
LOG_EVERY = 50  # steps
SAVE_EVERY = 120.0  # s
WARM_UP = 200  # steps
ASKED_EVERY = 10  # steps of a graph between looks at the clock: the GPU is not to wait for them
FALL = 0.25  # share of the budget over which a rate that was held falls


class TrainingFailed(RuntimeError):
    """A stage broke off; the message says why, what is saved, and what to do."""


class Task(Protocol):
    """What a stage trains.

    Attributes:
        model: everything that learns or is saved.
        weights: of the parts of the loss.
        moving: names of buffers that move with the weights, for their average.
    """

    model: nn.Module
    weights: dict[str, float]
    moving: tuple[str, ...]

    def parameter_groups(self) -> list[dict[str, Any]]:
        """As torch's optimisers take them."""

    def batches(self, first: int) -> Iterable[Any]:
        """Batches from number ``first`` on."""

    def losses(self, batch: Any) -> dict[str, torch.Tensor]:
        """Parts of the loss."""

    def validate(self) -> dict[str, float]:
        """Figures on held-out readers."""


def cosine_with_warmup(progress: float, step: int) -> float:
    """Learning-rate factor: linear warm-up by steps, then cosine to 5 % over ``progress`` 0..1."""
    cosine = 0.475 * (1.0 + math.cos(math.pi * min(1.0, progress))) + 0.05
    return min(1.0, (step + 1) / WARM_UP) * cosine


def held_then_falling(progress: float, step: int) -> float:
    """Learning-rate factor: linear warm-up, then all of it, then a line to 2 % over the last
    quarter. More time given later goes on as if it had been given at once."""
    falling = 0.02 + 0.98 * min(1.0, max(0.0, (1.0 - progress) / FALL))
    return min(1.0, (step + 1) / WARM_UP) * falling


@dataclass(frozen=True)
class Budget:
    """How long, how fast, how often to validate.

    Attributes:
        minutes: of computing, over all sessions of the run; validation not counted.
        learning_rate: its peak.
        validate_every: minutes; 0 for never.
        seed: of everything that is drawn in a step, with the step's number.
        steps: at most so many, whatever time is left; the rate follows them where they are given.
        schedule: learning-rate factor for progress 0..1 and step.
        betas: of the optimiser, where the task has none.
        average: what the average of the weights keeps in a step; 0 for no average.
        captured: whether steps become a graph on a GPU.
    """

    minutes: float
    learning_rate: float
    validate_every: float = 10.0
    seed: int = 0
    steps: int | None = None
    schedule: Callable[[float, int], float] = cosine_with_warmup
    betas: tuple[float, float] = (0.8, 0.95)
    average: float = 0.0
    captured: bool = False


@dataclass
class _Clock:
    step: int = 0
    used: float = 0.0  # s
    validated: float = 0.0  # s of the last validation
    step_shown: int = 0
    used_shown: float = 0.0
    saved: float = field(default_factory=time.monotonic)

    def progress(self, budget: Budget) -> float:
        if budget.steps:
            return self.step / budget.steps
        return self.used / 60.0 / budget.minutes if budget.minutes else 1.0

    def is_up(self, budget: Budget) -> bool:
        steps = budget.steps is not None and self.step >= budget.steps
        return steps or self.used >= 60.0 * budget.minutes

    def facts(self) -> dict[str, Any]:
        return {"step": self.step, "used": self.used, "validated": self.validated}


def train(name: str, task: Task, folder: Path, budget: Budget) -> None:
    """Steps until the budget is used; goes on from the folder's state if there is one.

    The folder gets ``state.*`` (to resume), ``log.csv``, ``validation.csv`` and ``curves.png``.
    Afterwards the model has its average, if the budget asks for one.

    Raises:
        KeyboardInterrupt: somebody asked it to stop; its state is saved.
        TrainingFailed: the GPU ran out of memory or is gone; what was saved before is there.
    """
    run = _Run(name, task, folder, budget)
    try:
        run.through()
    except torch.OutOfMemoryError:
        # Not "from": the traceback would keep what fills the memory.
        said = run.broken("the GPU ran out of memory (smaller batches: batch_size)")
        raise TrainingFailed(said) from None
    except torch.AcceleratorError as error:
        said = str(error).splitlines()[0]
        raise TrainingFailed(run.broken(f"the GPU failed ({said})")) from error


class _Run:
    """A task on its way through its budget."""

    def __init__(self, name: str, task: Task, folder: Path, budget: Budget):
        self._name, self._task, self._folder, self._budget = name, task, folder, budget
        device = next(task.model.parameters()).device
        captured = budget.captured and device.type == "cuda"
        self._optimiser = _optimiser(task, budget, device, captured)
        self._step = TrainingStep(task, self._optimiser, captured)
        keep = budget.average
        self._average = WeightAverage(task.model, keep, task.moving) if keep else None
        self._clock = self._resumed()
        self._saved_step = self._clock.step

    def through(self) -> None:
        """Trains, validates, saves."""
        stopped = self._train()
        if stopped:
            self._save()
            said = f"{self._name}: stopped and saved at step {self._clock.step}"
            print(said, flush=True)
            raise KeyboardInterrupt
        self._validate()
        self._save()
        if self._average:
            self._average.into_use()

    def broken(self, why: str) -> str:
        """What is said of a run that broke off."""
        at, saved = self._clock.step, self._saved_step
        return (
            f"{self._name}: {why} in step {at}; the state of step {saved} is saved, "
            "the same command goes on from there"
        )

    def _train(self) -> bool:
        """Steps; whether somebody asked to stop."""
        with ExitStack() as around:
            request = around.enter_context(StopRequest())
            total = self._budget.steps or 60.0 * self._budget.minutes
            display = around.enter_context(ProgressDisplay(self._name, total))
            batches = around.enter_context(closing(_batches(self._task, self._clock.step)))
            if self._clock.step == 0 and not self._clock.is_up(self._budget):
                self._save()
                if self._budget.validate_every:
                    self._validate()  # where the curves begin
            while not request.came and not self._clock.is_up(self._budget):
                if not self._stretch(batches):
                    return False
                self._now_and_then(display)
            return request.came

    def _stretch(self, batches: Iterator[Any]) -> bool:
        """A step, or of a graph a few; False if there are no more batches."""
        clock, budget, started = self._clock, self._budget, time.monotonic()
        count = ASKED_EVERY - clock.step % ASKED_EVERY if self._step.is_graph else 1
        if budget.steps is not None:
            count = min(count, budget.steps - clock.step)
        for _ in range(count):
            factor = budget.schedule(clock.progress(budget), clock.step)
            self._set_rate(budget.learning_rate * factor)
            try:
                batch = next(batches)
            except StopIteration:
                return False
            self._step(batch, budget.seed * 1_000_003 + clock.step)
            clock.step += 1
            if self._average:
                self._average.follow(clock.step)
        if self._step.is_graph:
            torch.cuda.synchronize()
        clock.used += min(LONGEST_STEP * count, time.monotonic() - started)
        return True

    def _set_rate(self, rate: float) -> None:
        for group in self._optimiser.param_groups:
            own = rate * group.get("rate", 1.0)
            if isinstance(group["lr"], torch.Tensor):
                group["lr"].fill_(own)  # a graph reads it where it lies
            else:
                group["lr"] = own

    def _now_and_then(self, display: ProgressDisplay) -> None:
        clock, budget = self._clock, self._budget
        if clock.step % LOG_EVERY == 0:
            figures = self._step.shown()
            add_row(self._folder / LOG, clock.step, clock.used / 60, figures)
            seconds = max(1e-9, clock.used - clock.used_shown)
            speed = {"steps/s": (clock.step - clock.step_shown) / seconds}
            clock.step_shown, clock.used_shown = clock.step, clock.used
            done = clock.step if budget.steps else clock.used
            display.show(done, line("", clock.step, clock.used / 60, figures | speed))
        if time.monotonic() - clock.saved >= SAVE_EVERY:
            self._save()
        every = 60.0 * budget.validate_every
        if every and clock.used - clock.validated >= every:
            self._validate()

    def _validate(self) -> None:
        model, clock = self._task.model, self._clock
        with ExitStack() as around:
            if self._average:
                around.enter_context(self._average.in_use())
            around.enter_context(torch.no_grad())
            model.eval()
            figures = self._task.validate()
            model.train()
        clock.validated = clock.used
        if figures:
            add_row(self._folder / VALIDATION, clock.step, clock.used / 60, figures)
            print(line("validation", clock.step, clock.used / 60, figures), flush=True)
        draw_curves(self._folder)

    def _save(self) -> None:
        average = self._average.tensors() if self._average else {}
        facts = self._clock.facts() | self._step.progress()
        save_state(self._folder, self._task.model, self._optimiser, facts, average)
        self._clock.saved, self._saved_step = time.monotonic(), self._clock.step

    def _resumed(self) -> _Clock:
        found = load_state(self._folder, self._task.model, self._optimiser)
        if found is None:
            return _Clock()
        facts, average = found
        self._step.resume(facts.pop("shown"), facts.pop("shown_weight"))
        if self._average:
            self._average.resume(average)
        for name in (LOG, VALIDATION):
            drop_rows_behind(self._folder / name, facts["step"])
        clock = _Clock(**facts)
        clock.step_shown, clock.used_shown = clock.step, clock.used
        return clock


def _optimiser(
    task: Task, budget: Budget, device: torch.device, captured: bool
) -> torch.optim.Optimizer:
    rate = torch.tensor(budget.learning_rate, device=device) if captured else budget.learning_rate
    options = {"betas": budget.betas, "weight_decay": 1e-2, "fused": True}
    return torch.optim.AdamW(task.parameter_groups(), lr=rate, capturable=captured, **options)


def _batches(task: Task, first: int) -> Iterator[Any]:
    """Ends the loader's processes when the loop ends."""
    yield from task.batches(first)
