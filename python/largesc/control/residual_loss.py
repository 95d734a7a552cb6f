# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Share of frames that stay lost with a kind of redundancy, by arithmetic, on a Gilbert channel.

A repetition is lost when both packets are: a closed form. For a code over several frames, every
pattern of losses around a frame is solved once; its probability is that of the channel.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..frame.tokens import CODE_LAGS, REPETITION

# Packets before and after a frame that patterns look at: with both, 2^12 patterns in which it is
# lost, and 2^15 where the wait is long. What is before them is taken as known, which makes
# codes look better by up to 0.1 points where losses are independent, 0.4 where they come in bursts.
BEFORE = 5
SHORTEST_WAIT, LONGEST_WAIT = 7, 10
PRIME = 65521  # the weights' field matters only in that no determinant vanishes by accident
WEIGHTS = {"xor_pair": (1, 1), "window": (1, 2, 1)}


class Redundancy(NamedTuple):
    """What the redundant tokens of a packet are.

    Attributes:
        code: a key of CODE_LAGS.
        lag: of a repetition, in frames; otherwise 1, without meaning.
    """

    code: str = REPETITION
    lag: int = 1


class Channel(NamedTuple):
    """Two states, received and lost, and how the channel goes from one to the other.

    Attributes:
        loss_rate: share of the packets that are lost.
        ends: probability that after a lost packet the next one comes.
        begins: probability that after one that came the next is lost.
    """

    loss_rate: float
    ends: float
    begins: float

    def memory(self, lag: int) -> float:
        """Correlation of the losses of two packets that are so far apart, 0..1."""
        return float((1.0 - self.ends - self.begins) ** lag)


def gilbert(loss_rate: float, mean_burst: float) -> Channel:
    """The channel with this loss rate and mean length of bursts, in packets.

    Shorter bursts than by chance are taken as by chance, 1 / (1 - loss_rate).
    """
    rate = min(max(loss_rate, 0.0), 0.99)
    ends = 1.0 / max(mean_burst, 1.0 / (1.0 - rate))
    return Channel(rate, ends, ends * rate / (1.0 - rate))


def residual_loss(
    redundancy: Redundancy, look_ahead: int, loss_rate: float, mean_burst: float
) -> float:
    """Share of frames that are neither received nor brought back when they are due, 0..1.

    It holds for every token that a packet carries and that its redundancy covers.

    Args:
        redundancy: of every packet.
        look_ahead: frames that the receiver waits, 0..12. A code's gain beyond 10 is left out.
        loss_rate: share of the packets that are lost.
        mean_burst: mean length of the runs they form, in packets; 0 or what is less than by chance:
            losses are independent.
    """
    channel = gilbert(loss_rate, mean_burst)
    if redundancy.code != REPETITION:
        return _of_patterns(redundancy.code, min(look_ahead, LONGEST_WAIT), channel)
    if redundancy.lag > look_ahead:
        return channel.loss_rate
    both = channel.loss_rate + (1.0 - channel.loss_rate) * channel.memory(redundancy.lag)
    return channel.loss_rate * both


def _of_patterns(code: str, look_ahead: int, channel: Channel) -> float:
    kinds, patterns = _kinds_unsolved(code, look_ahead)
    chances = np.array(
        [
            channel.loss_rate / (1.0 - channel.loss_rate),  # of a start with a loss, to one without
            channel.ends,
            channel.begins,
            1.0 - channel.ends,
            1.0 - channel.begins,
        ]
    )
    return float((1.0 - channel.loss_rate) * (patterns * (chances**kinds).prod(axis=1)).sum())


@lru_cache
def _kinds_unsolved(code: str, look_ahead: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Patterns of :func:`_unsolved` that are equally probable, together.

    Returns:
        int ``[kinds, 5]``: whether it starts with a loss, and how often losses end, begin, go on,
        and do not begin; and int ``[kinds]``: how many patterns are of the kind.
    """
    lost = _unsolved(code, look_ahead)
    before, after = lost[:, :-1], lost[:, 1:]
    steps = (before & ~after, ~before & after, before & after, ~before & ~after)
    counts = np.stack([lost[:, 0], *(step.sum(axis=1) for step in steps)], axis=1)
    kinds, patterns = np.unique(counts.astype(np.int64), axis=0, return_counts=True)
    return kinds, patterns


def _unsolved(code: str, look_ahead: int) -> NDArray[np.bool_]:
    """Patterns in which the frame ``look_ahead`` before the last packet stays lost.

    Returns:
        bool ``[patterns, packets]``, true where a packet is lost.
    """
    size = BEFORE + 1 + max(look_ahead, SHORTEST_WAIT)
    frame = size - 1 - look_ahead
    numbers = np.arange(1 << size)
    lost = (numbers[:, None] >> np.arange(size)[None, :] & 1).astype(bool)
    lost = lost[lost[:, frame]]
    weights = np.zeros((size, size), dtype=np.int64)  # of frames (columns) in packets (rows)
    for lag, weight in zip(CODE_LAGS[code], WEIGHTS[code], strict=True):
        weights[np.arange(lag, size), np.arange(size - lag)] = weight
    # All lags are odd: only every other frame, and the packets between, have to do with this one.
    same, between = np.arange(frame % 2, size, 2), np.arange(1 - frame % 2, size, 2)
    came, unknown = ~lost[:, between, None], lost[:, None, same]
    equations = np.where(came & unknown, weights[np.ix_(between, same)], 0)
    return lost[~_determines(equations, frame // 2)]


def _determines(equations: NDArray[np.int64], frame: int) -> NDArray[np.bool_]:
    """Whether linear equations modulo PRIME determine an unknown: all others are eliminated.

    Args:
        equations: ``[systems, equations, unknowns]``.
        frame: number of the unknown.
    """
    systems = np.arange(len(equations))
    used = np.zeros(equations.shape[:2], dtype=bool)
    for other in set(range(equations.shape[2])) - {frame}:
        free = (equations[:, :, other] != 0) & ~used
        pivot, found = free.argmax(axis=1), free.any(axis=1)
        row = equations[systems, pivot]
        others = np.ones_like(used)
        others[systems, pivot] = False
        change = (others & found[:, None])[:, :, None]
        scaled = equations * row[:, None, other, None] - equations[:, :, other, None] * row[:, None]
        equations = np.where(change, scaled % PRIME, equations)
        used[systems, pivot] |= found
    left: NDArray[np.bool_] = ((equations[:, :, frame] != 0) & ~used).any(axis=1)
    return left
