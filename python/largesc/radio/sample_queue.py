# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Complex samples from one thread to another: bounded, with an end."""

from collections import deque
from threading import Condition

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.complex64]
NOTHING: Samples = np.zeros(0, dtype=np.complex64)


class SampleQueue:
    """Samples that wait.

    Args:
        capacity: most that may wait.
        drops_oldest: what is too much pushes the oldest out, and is counted; otherwise whoever puts
            waits for room.

    Attributes:
        dropped: samples that were pushed out.
    """

    def __init__(self, capacity: int, drops_oldest: bool = False):
        self._capacity, self._drops_oldest = capacity, drops_oldest
        self._changed = Condition()
        self._parts: deque[Samples] = deque()
        self._count = 0
        self._ended = False
        self.dropped = 0

    def __len__(self) -> int:
        return self._count

    @property
    def is_ended(self) -> bool:
        """The end was said; something may still wait."""
        return self._ended

    @property
    def is_over(self) -> bool:
        """The end was said, and nothing waits any more."""
        with self._changed:
            return self._ended and not self._count

    def clear(self) -> None:
        """Nothing waits, and there is no end in sight."""
        with self._changed:
            self._parts.clear()
            self._count, self._ended = 0, False
            self._changed.notify_all()

    def end(self) -> None:
        """Nothing more comes."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def put(self, samples: Samples, patience: float) -> int:
        """Adds samples, waiting so many seconds for room; returns how many it took."""
        with self._changed:
            if self._drops_oldest:
                taken = len(samples)
                self._push_out(self._count + taken - self._capacity)
            else:
                self._changed.wait_for(lambda: self._count < self._capacity, patience)
                taken = max(0, min(len(samples), self._capacity - self._count))
            if taken:
                self._parts.append(samples[:taken].copy())
                self._count += taken
                self._changed.notify_all()
            return taken

    def get(self, most: int, patience: float) -> Samples:
        """The oldest samples, waiting so many seconds for one; none if there is none."""
        with self._changed:
            self._changed.wait_for(lambda: self._count > 0 or self._ended, patience)
            found = NOTHING
            if self._count:
                part = self._parts.popleft()
                found, rest = part[:most], part[most:]
                if len(rest):
                    self._parts.appendleft(rest)
                self._count -= len(found)
                self._changed.notify_all()
            return found

    def _push_out(self, too_many: int) -> None:
        while too_many > 0 and self._parts:
            part = self._parts.popleft()
            if len(part) > too_many:
                self._parts.appendleft(part[too_many:])
            gone = min(len(part), too_many)
            self._count -= gone
            self.dropped += gone
            too_many -= gone
