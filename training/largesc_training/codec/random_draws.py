# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chance on the device: draws whose shapes are always the same, so that a step can be captured.

All come from the device's own generator.
"""

import math

import torch


def uniform(count: int, low: float, high: float, device: torch.device) -> torch.Tensor:
    """One value per excerpt, ``[count, 1]``."""
    return torch.empty(count, 1, device=device).uniform_(low, high)


def happens(count: int, chance: float, device: torch.device) -> torch.Tensor:
    """One yes or no per excerpt, bool ``[count, 1]``."""
    return torch.rand(count, 1, device=device) < chance


def some_of(count: int, chance: float, device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """Excerpts to which something may happen that is dear to compute.

    Returns:
        Their numbers int64 ``[some]``, always as many, and whether it does, bool
        ``[some, 1]``: over all excerpts with the chance given.
    """
    some = math.ceil(chance * count)
    numbers = torch.rand(count, device=device).argsort()[:some]
    return numbers, happens(some, chance * count / max(1, some), device)
