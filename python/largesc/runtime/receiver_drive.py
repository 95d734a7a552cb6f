# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What drives a receiver in a flowgraph: the packets that come, or the listener's clock."""

import time
from collections.abc import Callable, Iterable
from typing import Protocol

import numpy as np

from ..frame.due_frame import DueFrame
from ..frame.tokens import TokenOrigin
from ..link.arrival import Arrival
from ..speech_link.link_receiver import ClockReceiver, LinkReceiver, SequenceReceiver

# Frames from the one due, look-ahead aside, to the newest: that one, and one that has just come.
MOST_BEHIND = 2
SAME_CLOCK_S = 1.0  # a time further off was told by another clock, or waited too long to count

Publish = Callable[[Iterable[DueFrame]], None]


class ReceiverDrive(Protocol):
    """How frames become due."""

    @property
    def receiver(self) -> LinkReceiver:
        """What it drives."""
        ...

    def reset(self) -> None:
        """Forgets the stream."""
        ...

    def receive(self, arrival: Arrival) -> None:
        """Takes a packet; publishes the frames that are due by it, if any are."""
        ...

    def end(self, frames: int) -> bool:
        """The stream had so many frames; tells whether all that is held has been published."""
        ...

    def tick(self, adjusted: int) -> bool:
        """The listener asks for a frame; tells whether the stream is over instead."""
        ...


class BySequence:
    """Packets drive: a frame is due when later ones have come or been lost."""

    def __init__(self, receiver: SequenceReceiver, publish: Publish):
        self.receiver, self._publish = receiver, publish

    def reset(self) -> None:
        self.receiver.reset()

    def receive(self, arrival: Arrival) -> None:
        self._publish(self.receiver.receive(arrival))

    def end(self, frames: int) -> bool:
        self._publish(self.receiver.end(frames))
        return True

    def tick(self, adjusted: int) -> bool:
        """Nobody's clock matters here."""
        return False


class ByClock:
    """The listener drives: one frame per tick, whatever has come.

    Args:
        receiver: to drive.
        publish: takes the frames due.
        speed: stream seconds per second of the machine's clock; other than 1 in tests.
    """

    def __init__(self, receiver: ClockReceiver, publish: Publish, speed: float = 1.0):
        self.receiver, self._publish, self._speed = receiver, publish, speed
        self._ticks_left: int | None = None  # until the end, once that is known

    def reset(self) -> None:
        self.receiver.reset()
        self._ticks_left = None

    def receive(self, arrival: Arrival) -> None:
        now = self._now()
        came = now if arrival.time is None else arrival.time * self._speed
        if abs(now - came) > SAME_CLOCK_S * self._speed:
            came = now
        self.receiver.receive(arrival._replace(time=came))

    def end(self, frames: int) -> bool:
        """The clock goes on until what is held has been played."""
        if self._ticks_left is None:
            self._ticks_left = self.receiver.look_ahead + MOST_BEHIND
        return False

    def tick(self, adjusted: int) -> bool:
        if self._ticks_left == 0:
            return True
        due = self.receiver.step(self._now(), adjusted)
        if self._ticks_left is not None:
            self._ticks_left -= 1
            if not self._ticks_left and not _has_come(due):
                return True
        self._publish([due])
        return False

    def _now(self) -> float:
        """Stream seconds."""
        return time.monotonic() * self._speed


def _has_come(due: DueFrame) -> bool:
    """Whether something of the frame came, be it that it is silent."""
    known = TokenOrigin.PRIMARY, TokenOrigin.REDUNDANT, TokenOrigin.SILENCE
    return bool(np.isin(due.origin, known).any())
