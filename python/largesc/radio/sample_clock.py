# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a device gives or takes as many samples as its rate says: what it does not tell itself.

Drivers say differently, or not at all, that samples were lost. The machine's clock knows: after a
loss fewer samples have come than time has passed, and it stays so, while what only came late is
made up for.
"""

import time
from collections import deque
from collections.abc import Callable

LOOK_BACK_S = 1.0  # samples that are late for so long are lost
LEAST_S = 0.04  # lost at once, to be counted: below it, it may be jitter
DRIFT = 300e-6  # of a device's clock against the machine's, at most


class SampleClock:
    """Counts the gaps in a stream by the clock.

    Args:
        rate: samples per second.
        clock: gives the time in seconds; monotonic.

    Attributes:
        gaps: how often samples were lost.
        lost: how many, about.
    """

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic):
        self._rate, self._clock = rate, clock
        self.gaps = self.lost = 0
        self.reset()

    def reset(self) -> None:
        """The next samples are the first; counters stay."""
        self._began: float | None = None
        self._count = 0
        self._late: deque[tuple[float, float]] = deque()  # when, and how late, s
        self._usual = 0.0  # how late samples are
        self._newest = self._clock()

    @property
    def seconds_without(self) -> float:
        """Since samples came last, or since the reset."""
        return self._clock() - self._newest

    def passed(self, count: int) -> None:
        """So many samples have come, or gone."""
        now = self._clock()
        if self._began is None:
            self._began = now
        before, self._newest = self._newest, now
        self._count += count
        late = now - self._began - self._count / self._rate
        drift = DRIFT * max(0.0, now - before)
        self._usual += min(late - self._usual, drift)  # what is earlier is usual from now on
        self._late.append((now, late))
        while self._late[0][0] < now - LOOK_BACK_S:
            self._late.popleft()
        least = min(late for _, late in self._late) - self._usual
        if least > LEAST_S and now - self._began > LOOK_BACK_S:
            self.gaps += 1
            self.lost += round(least * self._rate)
            self._usual += least
