# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""One step of training; on a GPU, where its data are there already, captured as a graph.

A small model's step is some thousand operations of microseconds each: called one by one from
Python they take five times as long as the GPU needs. The same code runs on a CPU as it stands.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import torch
from torch import nn

UNCAPTURED = 3  # steps before a graph is captured: libraries set themselves up in them
LONGEST_GRADIENT = 10.0
MEMORY = 0.98  # of the losses that are shown


class Learner(Protocol):
    """What a step needs of a task."""

    model: nn.Module
    weights: dict[str, float]

    def losses(self, batch: Any) -> dict[str, torch.Tensor]:
        """Parts of the loss."""


class TrainingStep:
    """Loss, gradient, optimiser.

    Args:
        task: whose model learns.
        optimiser: over its parameters; "fused" and, to be captured, "capturable".
        captured: whether a graph is to be captured. Then the task draws its data on the GPU,
            tensors keep their shapes, and nothing of a step asks the GPU for a value.
    """

    def __init__(self, task: Learner, optimiser: torch.optim.Optimizer, captured: bool):
        self._task, self._optimiser = task, optimiser
        self._side = torch.cuda.Stream() if captured else None
        self._graph: torch.cuda.CUDAGraph | None = None
        self._run = 0
        self._names: list[str] = []
        self._shown = torch.zeros(0)
        self._shown_weight = 0.0

    @property
    def is_graph(self) -> bool:
        """Whether steps run ahead of the processor that asks for them."""
        return self._graph is not None

    def __call__(self, batch: Any, seed: int) -> None:
        """A step; the seed is that of everything random in it."""
        torch.manual_seed(seed)
        if self._graph is None and self._side is not None and self._run == UNCAPTURED:
            self._capture()
        if self._graph is not None:
            self._graph.replay()
        else:
            with _beside(self._side):
                self._step(batch)
        self._run += 1
        self._shown_weight = MEMORY * self._shown_weight + 1.0 - MEMORY

    def shown(self) -> dict[str, float]:
        """Running means of the parts of the loss; waits for the GPU."""
        weight = max(self._shown_weight, 1e-9)
        means = (self._shown / weight).tolist()
        return dict(zip(self._names, means, strict=True))

    def progress(self) -> dict[str, Any]:
        """What of the means is kept over a stop."""
        return {"shown": self._shown.tolist(), "shown_weight": self._shown_weight}

    def resume(self, shown: list[float], shown_weight: float) -> None:
        """What :meth:`progress` gave."""
        self._shown, self._shown_weight = torch.tensor(shown), shown_weight

    def _step(self, batch: Any) -> None:
        self._optimiser.zero_grad(set_to_none=True)
        parts = self._task.losses(batch)
        stacked = torch.stack(list(parts.values()))
        if not self._names:
            self._begin(parts)
        (stacked * self._weights).sum().backward()
        parameters = [p for group in self._optimiser.param_groups for p in group["params"]]
        norm = torch.nn.utils.clip_grad_norm_(parameters, LONGEST_GRADIENT, foreach=True)
        # One bad batch is not worth a run: the optimiser leaves it out. This is how it is told
        # without asking the GPU.
        self._optimiser.found_inf = (~torch.isfinite(norm)).float()
        self._optimiser.step()
        self._shown.mul_(MEMORY).add_(stacked.detach().nan_to_num(), alpha=1.0 - MEMORY)

    def _begin(self, parts: dict[str, torch.Tensor]) -> None:
        device = next(iter(parts.values())).device
        self._names = list(parts)
        self._weights = torch.tensor([self._task.weights[n] for n in parts], device=device)
        if len(self._shown) != len(parts):
            self._shown = torch.zeros(len(parts))
        self._shown = self._shown.to(device)

    def _capture(self) -> None:
        graph = torch.cuda.CUDAGraph()
        torch.cuda.synchronize()
        try:
            with torch.cuda.graph(graph, stream=self._side):
                self._step(None)
        except torch.OutOfMemoryError:
            raise
        except RuntimeError as error:  # a library that cannot be captured: slower, not wrong
            print(f"steps are not captured as a graph: {str(error).splitlines()[0]}", flush=True)
            self._side = None
            return
        self._graph = graph


@contextmanager
def _beside(stream: torch.cuda.Stream | None) -> Iterator[None]:
    """What is done on the stream that will capture, in turn with what is done outside."""
    if stream is None:
        yield
        return
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        yield
    torch.cuda.current_stream().wait_stream(stream)
