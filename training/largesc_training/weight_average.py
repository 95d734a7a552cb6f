# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A moving average of weights: better than the last ones, and as good while the rate is high."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import nn

EVERY = 10  # steps; an average of every tenth is the same average, for a tenth of the time


class WeightAverage:
    """Of all weights that learn, and of buffers that move with them.

    Args:
        model: its weights as they are begin the average.
        keep: what of it is kept in a step; 0.999 averages over some thousand.
        moving: names of the buffers.
    """

    def __init__(self, model: nn.Module, keep: float, moving: Sequence[str] = ()):
        buffers = dict(model.named_buffers())
        learning = {n: p for n, p in model.named_parameters() if p.requires_grad}
        self._keep, self._names = keep, [*learning, *moving]
        self._now = [*(p.detach() for p in learning.values()), *(buffers[n] for n in moving)]
        self._mean = [value.clone() for value in self._now]

    @torch.no_grad()
    def follow(self, step: int) -> None:
        """To be called after every step; until the tenth, the average is the last weights."""
        if step < EVERY:
            torch._foreach_copy_(self._mean, self._now)
        elif step % EVERY == 0:
            share = max(1.0 - self._keep**EVERY, EVERY / (step + EVERY))
            torch._foreach_lerp_(self._mean, self._now, share)

    def tensors(self) -> dict[str, torch.Tensor]:
        """The average by name: what is saved."""
        return dict(zip(self._names, self._mean, strict=True))

    @torch.no_grad()
    def resume(self, tensors: dict[str, torch.Tensor]) -> None:
        """What was saved."""
        for name, mean in self.tensors().items():
            mean.copy_(tensors[name])

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """The model has the average meanwhile. Tensors stay where they are: a graph knows them."""
        with torch.no_grad():
            kept = [value.clone() for value in self._now]
            torch._foreach_copy_(self._now, self._mean)
            try:
                yield
            finally:
                torch._foreach_copy_(self._now, kept)

    @torch.no_grad()
    def into_use(self) -> None:
        """The model has the average from now on."""
        torch._foreach_copy_(self._now, self._mean)
