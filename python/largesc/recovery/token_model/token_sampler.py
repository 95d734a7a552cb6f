# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws tokens as moshi does, from a generator of its own."""

from typing import NamedTuple, Protocol

import numpy as np
import torch
from moshi.utils.sampling import multinomial
from numpy.typing import NDArray

from ...frame.soft_tokens import token_likelihoods
from ...frame.tokens import Tokens
from .latent_line import Expected
from .sampling_settings import SamplingSettings


class Draw(NamedTuple):
    """token: 0..card-1; probability: the model's, at temperature 1, and the soft bits'."""

    token: int
    probability: float


class Hole(NamedTuple):
    """What is to be filled.

    Attributes:
        k: codebook.
        tokens: int16 ``[8]`` of its frame; those before codebook k are there.
        expected: where the line through known frames has it; None if there is none.
        soft: ratios of its bits from damaged packets, float32 ``[11]``; None if none came.
    """

    k: int
    tokens: Tokens
    expected: Expected | None
    soft: NDArray[np.float32] | None = None


class Sampler(Protocol):
    """Chooses the tokens of holes."""

    def reset(self) -> None:
        """Back to the state before the first choice."""
        ...

    def sample(self, logits: torch.Tensor, hole: Hole) -> Draw:
        """A token for a hole and the model's logits ``[card]`` for it."""
        ...


def with_soft_bits(logits: torch.Tensor, hole: Hole | None) -> torch.Tensor:
    """Logits ``[card]`` times the likelihood of what came of the packet, where something did."""
    if hole is None or hole.soft is None:
        return logits
    return logits + torch.from_numpy(token_likelihoods(hole.soft)).to(logits.device)


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

    def sample(self, logits: torch.Tensor, hole: Hole | None = None) -> Draw:
        """A token for logits ``[card]``, whatever the hole."""
        logits = with_soft_bits(logits.float(), hole)
        token = int(logits.argmax()) if self._settings.greedy else self._draw(logits)
        return Draw(token, float(torch.softmax(logits, dim=-1)[token]))

    def _draw(self, logits: torch.Tensor) -> int:
        probabilities = torch.softmax(logits / self._settings.temperature, dim=-1)
        if not self._settings.top_k:
            return int(multinomial(probabilities, num_samples=1, generator=self.generator))
        count = min(self._settings.top_k, len(probabilities))
        likeliest, tokens = torch.topk(probabilities, count)
        return int(tokens[multinomial(likeliest, num_samples=1, generator=self.generator)])
