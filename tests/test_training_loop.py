# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The loop and the stages of the training pipeline, on tasks of nothing."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from largesc_training.codec.settings import CodecSettings
from largesc_training.run_options import RunOptions
from largesc_training.stage import Stage, StageError, run_stages
from largesc_training.training_loop import Budget, train
from torch import nn


class Line:
    """A task that fits a line; ``stop`` is the number of the batch at which the power fails."""

    weights: dict[str, float] = {"error": 1.0}  # noqa: RUF012

    def __init__(self, stop: int):
        torch.manual_seed(0)
        self.model, self.stop = nn.Linear(1, 1), stop

    def parameter_groups(self):
        return [{"params": list(self.model.parameters())}]

    def batches(self, first: int) -> Iterator[torch.Tensor]:
        for number in range(first, self.stop):
            yield torch.full((4, 1), float(number % 7))

    def losses(self, batch: torch.Tensor):
        return {"error": (self.model(batch + torch.randn_like(batch)) - 3 * batch).abs().mean()}

    def validate(self):
        return {"slope": self.model.weight.item()}


def test_a_run_that_was_stopped_goes_on_as_if_it_was_not(tmp_path: Path) -> None:
    budget = Budget(minutes=1e6, learning_rate=1e-2, validate_every=0.0)
    whole = Line(400)
    train("whole", whole, tmp_path / "whole", budget)
    for stop in (150, 280, 400):
        part = Line(stop)
        train("part", part, tmp_path / "part", budget)
    assert part.model.weight.item() == pytest.approx(whole.model.weight.item(), rel=1e-5)
    rows = (tmp_path / "part" / "log.csv").read_text().splitlines()
    assert [row.split(",")[0] for row in rows[1:]] == [str(n) for n in range(50, 401, 50)]
    assert (tmp_path / "part" / "curves.png").stat().st_size > 1000


def test_a_used_up_budget_trains_no_further(tmp_path: Path) -> None:
    budget = Budget(minutes=0.0, learning_rate=1e-2)
    train("none", Line(100), tmp_path, budget)
    assert json.loads((tmp_path / "state.json").read_text())["step"] == 0


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
