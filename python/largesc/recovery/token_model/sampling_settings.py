# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""How missing tokens are drawn; without torch, which takes seconds to import."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SamplingSettings:
    """How a token is chosen from the model's distribution.

    Attributes:
        temperature: the logits are divided by it; above 0.
        top_k: only so many of the likeliest tokens are drawn from; 0 means all.
        greedy: always the likeliest; temperature and top_k mean nothing then.
        seed: of the generator; the same seed and input give the same tokens.
        nearest: nothing is drawn; of the top_k likeliest tokens, that nearest to the mean in the
            codec's latent is taken (``latent_sampler.py``).
        prior: weight of the straight line between known frames beside the model; 0 for none.

    Raises:
        ValueError: temperature not above 0, top_k or prior negative.
    """

    temperature: float = 1.0
    top_k: int = 40
    greedy: bool = False
    seed: int = 0
    nearest: bool = True
    prior: float = 1.0

    def __post_init__(self) -> None:
        if not self.temperature > 0:
            raise ValueError(f"temperature must be above 0, not {self.temperature}")
        if self.top_k < 0:
            raise ValueError(f"top_k must not be negative, but is {self.top_k}")
        if not 0 <= self.prior < float("inf"):
            raise ValueError(f"prior must be finite and not negative, but is {self.prior}")
