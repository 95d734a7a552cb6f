# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Costs of a frame in two numbers, the importance map (I_s, I_c), and back."""

from typing import NamedTuple

import numpy as np

from ..frame.tokens import NUM_CODEBOOKS
from .cost_source import Costs

MEAN = 0.5  # importance of the mean frame
LEAST_PRIMARY = 4  # tokens that every packet of speech has of its own frame


class Importance(NamedTuple):
    """Both in [0, 1]: 0.5 is that of the mean frame, 0 that of one that costs nothing.

    Attributes:
        content: what primary tokens beyond the fourth are worth (I_s).
        channel: what it is worth that the first four come at all (I_c).
    """

    content: float
    channel: float


def importance_of(costs: Costs, mean: Costs) -> Importance:
    """Importance of a frame: r / (1 + r), where r is its worth over that of the mean.

    Args:
        costs: float32 ``[2, 9]`` of the frame; the row of received neighbours is looked at.
        mean: the same of the mean frame.
    """
    content, channel = (_compared(_worth(costs, *ends), _worth(mean, *ends)) for ends in _ENDS)
    return Importance(content, channel)


def costs_of(importance: Importance, mean: Costs) -> Costs:
    """The mean frame's costs, each of its two parts scaled to the importance; [2, 9].

    Raises:
        ValueError: an importance that is NaN or outside 0..1.
    """
    for name, value in importance._asdict().items():
        if not 0.0 <= value <= 1.0:
            raise ValueError(f"importance of {name} must be 0..1, not {value}")
    content, channel = (value / max(1.0 - value, 0.01) for value in importance)
    beyond = np.minimum(mean, mean[:, LEAST_PRIMARY, None])
    scaled: Costs = (content * beyond + channel * (mean - beyond)).astype(np.float32)
    return scaled


_ENDS = (LEAST_PRIMARY, NUM_CODEBOOKS), (0, LEAST_PRIMARY)


def _compared(worth: float, of_mean: float) -> float:
    """r / (1 + r); where nothing is gained on average, all frames are alike."""
    worth = max(0.0, worth)
    return worth / (worth + of_mean) if of_mean > 0.0 else MEAN


def _worth(costs: Costs, few: int, many: int) -> float:
    return float(costs[0, few] - costs[0, many])
