# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a sound card plays what is written to it: its buffer, by arithmetic on the machine's clock.

As ALSA has it, and gr-audio asks it for: the buffer holds so many periods; a writer waits until a
period is free; playing starts when it is half full. When it has run empty, playing stops until it
is half full again, and what is written then is heard so much later.
"""

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray


class PlaybackBuffer:
    """A sound card's buffer of whole periods.

    Args:
        period: seconds.
        periods: that it holds, 2 or more.
        clock, sleep: as in time; other ones in tests.

    Attributes:
        underruns: times it ran empty.
    """

    def __init__(
        self,
        period: float,
        periods: int,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ):
        if periods < 2:
            raise ValueError(f"a card has 2 periods or more, not {periods}")
        self.period, self.periods = period, periods
        self._clock, self._sleep = clock, sleep
        self._started: float | None = None
        self._written = 0  # periods since it started, or since it stopped
        self._begins: list[float] = []
        self.underruns = 0

    def write(self) -> None:
        """Takes a period; returns when there is room for it."""
        now = self._clock()
        if self._started is not None and now > self._started + self._written * self.period:
            self.underruns += 1
            self._started, self._written = None, 0
        if self._started is not None:
            room = self._started + (self._written + 1 - self.periods) * self.period
            self._sleep(max(0.0, room - now))
        self._written += 1
        if self._started is not None:
            self._begins.append(self._started + (self._written - 1) * self.period)
        elif self._written >= self.periods // 2:
            self._started = self._clock()
            self._begins += [self._started + n * self.period for n in range(self._written)]

    def begins(self) -> NDArray[np.float64]:
        """When each period began to be heard, in seconds on the clock, float64 ``[periods]``.

        Periods that wait for the start are not among them.
        """
        return np.array(self._begins)
