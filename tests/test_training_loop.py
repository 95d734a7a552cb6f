# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The loop and the stages of the training pipeline, on tasks of nothing."""

import copy
import itertools
import math
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from largesc_training.codec.settings import CodecSettings
from largesc_training.curves import draw_curves
from largesc_training.run_options import RunOptions
from largesc_training.stage import Stage, StageError, run_stages
from largesc_training.training_loop import Budget, TrainingFailed, held_then_falling, train
from largesc_training.training_state import read_facts
from largesc_training.training_step import TrainingStep
from largesc_training.weight_average import WeightAverage
from safetensors.torch import load_file
from torch import nn


@pytest.fixture(autouse=True)
def _no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """They take longer than the steps."""
    monkeypatch.setattr("largesc_training.training_loop.draw_curves", lambda folder: None)


class Line:
    """A task that fits a line; at the batch of number ``stop`` something happens."""

    weights: dict[str, float] = {"error": 1.0}  # noqa: RUF012
    moving: tuple[str, ...] = ("seen",)

    def __init__(self, stop: int, happens: Callable[[], None] | None = None):
        torch.manual_seed(0)
        self.model, self.stop, self.happens = nn.Linear(1, 1), stop, happens
        self.model.register_buffer("seen", torch.zeros(()))

    def parameter_groups(self):
        return [{"params": list(self.model.parameters())}]

    def batches(self, first: int) -> Iterator[torch.Tensor]:
        for number in itertools.count(first):
            if number == self.stop:
                if self.happens is None:
                    return  # the power fails
                self.happens()
            yield torch.full((4, 1), float(number % 7))

    def losses(self, batch: torch.Tensor):
        self.model.seen += 1.0
        return {"error": (self.model(batch + torch.randn_like(batch)) - 3 * batch).abs().mean()}

    def validate(self):
        return {"slope": self.model.weight.item(), "seen": self.model.seen.item()}


def _state(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(folder / "state.safetensors")


def _rows(folder: Path, name: str = "log.csv") -> list[str]:
    return (folder / name).read_text().splitlines()


@pytest.mark.parametrize("average", [0.0, 0.99])
@pytest.mark.slow
def test_a_run_that_was_stopped_goes_on_bit_for_bit(average: float, tmp_path: Path) -> None:
    budget = Budget(1e6, 1e-2, 0.0, steps=200, average=average)
    train("whole", Line(1000), tmp_path / "whole", budget)
    for stop in (75, 140, 1000):
        train("part", Line(stop), tmp_path / "part", budget)
    whole, part = (_state(tmp_path / name) for name in ("whole", "part"))
    assert all(torch.equal(part[name], value) for name, value in whole.items())
    # Time differs, the figures do not.
    for one, other in zip(_rows(tmp_path / "whole"), _rows(tmp_path / "part"), strict=True):
        assert one.split(",")[::2] == other.split(",")[::2]
    steps = [int(row.split(",")[0]) for row in _rows(tmp_path / "part")[1:]]
    assert steps == [50, 100, 150, 200]
    draw_curves(tmp_path / "part")
    assert (tmp_path / "part" / "curves.png").stat().st_size > 1000


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_step_and_saves(
    number: signal.Signals, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    budget = Budget(1e6, 1e-2, 0.0, steps=90, average=0.9)
    before = signal.getsignal(number)
    with pytest.raises(KeyboardInterrupt):
        train("part", Line(60, lambda: signal.raise_signal(number)), tmp_path / "part", budget)
    assert "part: stopped and saved at step 61" in capsys.readouterr().out
    assert signal.getsignal(number) is before
    train("part", Line(1000), tmp_path / "part", budget)
    train("whole", Line(1000), tmp_path / "whole", budget)
    whole, part = (_state(tmp_path / name) for name in ("whole", "part"))
    assert all(torch.equal(part[name], value) for name, value in whole.items())


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (torch.OutOfMemoryError("CUDA out of memory."), "ran out of memory"),
        (
            torch.AcceleratorError("CUDA error: device lost\nmore"),
            "failed (CUDA error: device lost)",
        ),
    ],
)
def test_a_gpu_that_is_taken_away_leaves_what_was_saved(
    error: RuntimeError, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> None:
        raise error

    budget = Budget(1e6, 1e-2, 0.0, steps=90, average=0.9)
    monkeypatch.setattr("largesc_training.training_loop.SAVE_EVERY", 0.0)  # after every step
    with pytest.raises(TrainingFailed) as failed:
        train("part", Line(60, fails), tmp_path / "part", budget)
    assert said in str(failed.value)
    assert "in step 60; the state of step 60 is saved" in str(failed.value)
    assert "\n" not in str(failed.value)
    train("part", Line(1000), tmp_path / "part", budget)
    train("whole", Line(1000), tmp_path / "whole", budget)
    whole, part = (_state(tmp_path / name) for name in ("whole", "part"))
    assert all(torch.equal(part[name], value) for name, value in whole.items())


def test_rows_of_steps_that_were_lost_are_made_again(tmp_path: Path) -> None:
    budget = Budget(1e6, 1e-2, 1e9, steps=50)
    train("run", Line(1000), tmp_path, budget)
    kept = (tmp_path / "state.safetensors").read_bytes()
    train("run", Line(1000), tmp_path, replace(budget, steps=100))
    (tmp_path / "state.safetensors").write_bytes(kept)
    train("run", Line(1000), tmp_path, replace(budget, steps=100))
    assert [row.split(",")[0] for row in _rows(tmp_path)] == ["step", "50", "100"]
    rows = _rows(tmp_path, "validation.csv")
    assert [row.split(",")[0] for row in rows] == ["step", "0", "50", "100"]


def test_one_bad_batch_is_left_out(tmp_path: Path) -> None:
    class Bad(Line):
        def losses(self, batch: torch.Tensor):
            parts = super().losses(batch)
            return {"error": parts["error"] * (float("nan") if self.model.seen == 30 else 1.0)}

    task = Bad(1000)
    train("run", task, tmp_path, Budget(1e6, 1e-2, 0.0, steps=100))
    assert math.isfinite(task.model.weight.item())
    assert all(math.isfinite(float(row.split(",")[2])) for row in _rows(tmp_path)[1:])


def test_the_average_is_what_is_validated_and_left(tmp_path: Path) -> None:
    task = Line(1000)
    train("run", task, tmp_path, Budget(1e6, 1e-1, 0.0, steps=100, average=0.99))
    state = _state(tmp_path)
    left = {"weight": task.model.weight, "bias": task.model.bias, "seen": task.model.seen}
    for name, value in left.items():
        assert torch.equal(state[f"average.{name}"], value)
        assert not torch.equal(state[f"model.{name}"], value)
    slope = float(_rows(tmp_path, "validation.csv")[-1].split(",")[2])
    assert slope == pytest.approx(task.model.weight.item(), rel=1e-4)


class Graph:
    """What CUDA does with a step, on a CPU: capturing computes nothing, replaying all of it."""

    def __init__(self) -> None:
        self.replays = 0

    def replay(self) -> None:
        self.replays += 1
        self.step._step(None)

    @contextmanager
    def capture(self, step: TrainingStep) -> Iterator[None]:
        self.step = step
        model, optimiser = step._task.model, step._optimiser
        kept = copy.deepcopy((model.state_dict(), optimiser.state_dict(), step._shown))
        chance = torch.get_rng_state()
        yield
        model.load_state_dict(kept[0])
        optimiser.load_state_dict(kept[1])
        step._shown.copy_(kept[2])
        torch.set_rng_state(chance)


def test_a_captured_step_gives_what_a_plain_one_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Drawn(Line):
        def losses(self, batch: None):
            return super().losses(torch.randint(7, (4, 1)).float())

    graph, waits = Graph(), []
    stream = SimpleNamespace(wait_stream=lambda other: None)
    cuda = {
        "Stream": lambda: stream,
        "CUDAGraph": lambda: graph,
        "current_stream": lambda: stream,
        "stream": lambda _: nullcontext(),
        "synchronize": lambda: waits.append(1),
    }
    for name, fake in cuda.items():
        monkeypatch.setattr(torch.cuda, name, fake)
    budget = Budget(1e6, 1e-2, 0.0, steps=104, average=0.9)
    train("plain", Drawn(1000), tmp_path / "plain", budget)
    assert not waits

    def captured(task: Line, optimiser: torch.optim.Optimizer, _: bool) -> TrainingStep:
        step = TrainingStep(task, optimiser, True)
        monkeypatch.setattr(torch.cuda, "graph", lambda graph, stream: graph.capture(step))
        return step

    monkeypatch.setattr("largesc_training.training_loop.TrainingStep", captured)
    train("graph", Drawn(1000), tmp_path / "graph", budget)
    assert graph.replays == 101
    assert len(waits) == 13  # for ten steps at a time, once they are a graph
    plain, found = (_state(tmp_path / name) for name in ("plain", "graph"))
    assert all(torch.equal(found[name], value) for name, value in plain.items())


def test_an_average_of_few_steps_is_their_mean() -> None:
    model = nn.Linear(1, 1, bias=False)
    average = WeightAverage(model, keep=0.999)
    for step, value in ((8, 5.0), (9, 8.0), (10, 0.0), (15, 99.0), (20, 1.0), (30, 2.0)):
        model.weight.data.fill_(value)
        average.follow(step)
    assert average.tensors()["weight"].item() == pytest.approx((8 + 0 + 1 + 2) / 4)


def test_the_rate_is_held_and_then_falls() -> None:
    late = 10_000
    factors = [held_then_falling(progress, late) for progress in (0.0, 0.75, 0.875, 1.0)]
    assert factors == pytest.approx([1.0, 1.0, 0.51, 0.02])
    assert held_then_falling(0.0, 0) == pytest.approx(1 / 200)


def test_a_used_up_budget_trains_no_further(tmp_path: Path) -> None:
    train("none", Line(100), tmp_path, Budget(minutes=0.0, learning_rate=1e-2))
    facts = read_facts(tmp_path)
    assert facts is not None
    assert facts["step"] == 0


def _stages(log: list[str]) -> tuple[Stage, ...]:
    def run(name: str):
        def work(options: RunOptions) -> None:
            log.append(name)
            (options.work / name).mkdir(exist_ok=True)

        return work

    seed = {"depends": lambda options: {"seed": options.seed}}
    return (
        Stage("a", "first", (), ("a",), run("a"), **seed),
        Stage("b", "second", ("a",), ("b",), run("b"), **seed, minutes=5.0),
    )


def test_stages_run_once_and_again_for_more_time(tmp_path: Path) -> None:
    log: list[str] = []
    options = RunOptions(tmp_path, CodecSettings())
    for minutes in ({}, {}, {"b": 4.0}, {"b": 6.0}):
        run_stages(_stages(log), replace(options, minutes=minutes))
    assert log == ["a", "b", "b"]
    for steps in ({"b": 10}, {"b": 20}, {"b": 15}, {}, {}):
        run_stages(_stages(log), replace(options, minutes={"b": 7.0}, steps=steps))
    assert log == ["a", "b", "b", "b", "b", "b"]


def test_stages_refuse_other_options_and_missing_inputs(tmp_path: Path) -> None:
    log: list[str] = []
    options = RunOptions(tmp_path, CodecSettings())
    run_stages(_stages(log), options, until="a")
    stages = _stages(log)
    (tmp_path / "a").rmdir()
    with pytest.raises(StageError, match="begun with other options \\(seed\\)"):
        run_stages(stages, replace(options, seed=1))
    with pytest.raises(StageError, match="needs a"):
        run_stages(stages[1:], options)
    with pytest.raises(StageError, match="there are a, b"):
        run_stages(stages, options, until="c")
