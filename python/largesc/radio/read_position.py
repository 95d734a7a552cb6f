# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far a block has read, asked for seldom."""

import time
from collections.abc import Callable
from typing import NamedTuple

ASK_STILL_S, ASK_MOVING_S = 0.005, 0.05


class _Seen(NamedTuple):
    """Samples read, when that was asked (s), and whether they were more than the time before."""

    read: int
    when: float
    moves: bool


class ReadPosition:
    """Samples that a block of C++ has read, as it says itself now and then, and reckoned between.

    To ask costs half a millisecond, in which no other thread gets to Python: pybind11 tries one
    kind of block after the other until it finds out that this is one. Asked for every chunk, that
    was a quarter of the time that a transceiver's threads share (docs/performance.md).

    Args:
        ask: the block's own answer.
        rate: samples/s that it reads when it reads.
        clock: s.
    """

    def __init__(
        self,
        ask: Callable[[], int],
        rate: float,
        clock: Callable[[], float] = time.monotonic,
    ):
        self._ask, self._rate, self._clock = ask, rate, clock
        self.reset()

    def reset(self) -> None:
        """Nothing has been read, nor asked."""
        self._seen = _Seen(0, float("-inf"), False)

    def now(self) -> float:
        """Samples read, by ASK_MOVING_S of them too many where it has just stopped; any thread may
        ask."""
        now, seen = self._clock(), self._seen
        if now - seen.when >= (ASK_MOVING_S if seen.moves else ASK_STILL_S):
            read = self._ask()
            seen = self._seen = _Seen(read, now, read > seen.read)
        return seen.read + (now - seen.when) * self._rate * seen.moves
