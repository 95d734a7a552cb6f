# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which packets a link loses: the loss processes of docs/channels.md, for training.

The kernels in ``lib/`` are the ones that simulate and judge. Training runs where nothing is
compiled, needs no reproducible channel but one per batch, and draws from numpy's generator; tests
hold both to the same statistics.
"""

from itertools import accumulate
from operator import mul

import numpy as np

# ITU-T G.191, chance that a burst of 1, 2, ... frames goes on.
BELLCORE = (0.85, 0.825, 0.8, 0.775, 0.75, 0.725, 0.7, 0.6, 0.45, 0.0)
REACHES = tuple(accumulate((1.0, *BELLCORE[:-1]), mul))  # chance that a burst gets so long
LOST_IN_BAD = 0.5  # Gilbert-Elliott, after ITU-T G.191


def independent(packets: int, loss_rate: float, rng: np.random.Generator) -> np.ndarray:
    """Each packet for itself; bool ``[packets]``, true where lost."""
    return rng.random(packets) < loss_rate


def gilbert(
    packets: int, loss_rate: float, mean_burst: float, rng: np.random.Generator
) -> np.ndarray:
    """Two states; all is lost in the bad one, whose stay has a mean of ``mean_burst`` packets.

    A burst shorter than chance makes it, 1 / (1 - loss_rate), is taken for that.
    """
    leave = 1.0 / max(mean_burst, 1.0 / (1.0 - loss_rate))
    enter = leave * loss_rate / (1.0 - loss_rate)
    bad, states = bool(rng.random() < loss_rate), []
    for u in rng.random(packets):
        bad = bool(u < (1.0 - leave if bad else enter))
        states.append(bad)
    return np.array(states, dtype=bool)


def gilbert_elliott(
    packets: int, loss_rate: float, mean_burst: float, rng: np.random.Generator
) -> np.ndarray:
    """Two states; every second packet is lost in the bad one, none in the good one.

    More than two in five are not lost so: the bad state would be no exception any more.
    """
    share = min(loss_rate / LOST_IN_BAD, 0.8)
    bad = gilbert(packets, share, mean_burst, rng)
    return bad & (rng.random(packets) < LOST_IN_BAD)


def bellcore(packets: int, loss_rate: float, rng: np.random.Generator) -> np.ndarray:
    """Bursts that go on with the chances of ITU-T G.191: 4.42 packets on average, at most 10."""
    mean_burst = sum(REACHES)
    begin = loss_rate / (mean_burst * (1.0 - loss_rate))
    lost, pattern = 0, []
    if rng.random() < loss_rate:  # inside a burst, wherever in it
        shares = np.cumsum(REACHES) / mean_burst
        lost = 1 + int(np.searchsorted(shares, rng.random()))
    for u in rng.random(packets):
        lost = lost + 1 if u < (BELLCORE[lost - 1] if lost else begin) else 0
        pattern.append(lost > 0)
    return np.array(pattern, dtype=bool)


def loss_pattern(
    process: str, packets: int, loss_rate: float, mean_burst: float, rng: np.random.Generator
) -> np.ndarray:
    """Losses of a process by name; those without a burst length take no notice of it."""
    if process == "independent":
        return independent(packets, loss_rate, rng)
    if process == "bellcore":
        return bellcore(packets, loss_rate, rng)
    states = {"gilbert": gilbert, "gilbert-elliott": gilbert_elliott}
    return states[process](packets, loss_rate, mean_burst, rng)
