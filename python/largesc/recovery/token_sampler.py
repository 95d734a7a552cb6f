# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws tokens as moshi does, from a generator of its own."""

from typing import NamedTuple

import torch
from moshi.utils.sampling import multinomial

from .sampling_settings import SamplingSettings


class Draw(NamedTuple):
    """token: 0..card-1; probability: the model's, at temperature 1."""

    token: int
    probability: float


class TokenSampler:
    """Draws from logits; the same operations in the same order as ``moshi.utils.sampling``.

    Args:
        settings: temperature, top_k, seed.
        device: of the logits.
    """

    def __init__(self, settings: SamplingSettings, device: torch.device | str = "cpu"):
        self._settings = settings
        self.generator = torch.Generator(device)
        self.reset()

    def reset(self) -> None:
        """The generator begins anew."""
        self.generator.manual_seed(self._settings.seed)

    def sample(self, logits: torch.Tensor) -> Draw:
        """A token for logits ``[card]``."""
        logits = logits.float()
        token = int(logits.argmax()) if self._settings.greedy else self._draw(logits)
        return Draw(token, float(torch.softmax(logits, dim=-1)[token]))

    def _draw(self, logits: torch.Tensor) -> int:
        probabilities = torch.softmax(logits / self._settings.temperature, dim=-1)
        if not self._settings.top_k:
            return int(multinomial(probabilities, num_samples=1, generator=self.generator))
        count = min(self._settings.top_k, len(probabilities))
        likeliest, tokens = torch.topk(probabilities, count)
        return int(tokens[multinomial(likeliest, num_samples=1, generator=self.generator)])
