# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packets to the slots of overs: all of them, one after the other, or those that come in time."""

from collections import Counter, deque
from typing import Protocol

import numpy as np

from .over_sender import OverPart, OverSender
from .slot_queue import SlotQueue, WaitingPacket

# From an over's first packet to its first slot. Frames take longer to be encoded now and then than
# the first one did; what a slot may be begun late for comes on top (packet_modulator.follow).
HEAD_START_MS = 10
IDLE_PART_MS = 10  # of samples that are put out at once while the key is up


class OverFeed(Protocol):
    """Takes packets, gives the samples of slots."""

    def put(self, packet: WaitingPacket) -> None:
        """Takes a packet."""
        ...

    def next_part(self, is_ended: bool) -> OverPart | None:
        """The next samples; None: there are none yet, or, after the end, no more."""
        ...

    def reset(self) -> None:
        """Nothing waits, and the key is up."""
        ...

    def __len__(self) -> int:
        """Packets that wait."""
        ...


class OneOver:
    """One over of all packets, without a gap; nothing depends on time.

    Args:
        over: makes the slots.
        counts: where ``packets`` and ``overs`` are counted.
    """

    def __init__(self, over: OverSender, counts: Counter[str]):
        self._over, self._counts = over, counts
        self._waiting: deque[WaitingPacket] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def reset(self) -> None:
        """Nothing waits, and the key is up."""
        self._over.reset()
        self._waiting.clear()

    def put(self, packet: WaitingPacket) -> None:
        """Takes a packet; nothing is left out."""
        self._waiting.append(packet)

    def next_part(self, is_ended: bool) -> OverPart | None:
        """The next samples; None: there are none yet, or, after the end, no more."""
        if self._waiting:
            return _sent(self._over, self._waiting.popleft(), self._counts)
        return self._over.end() if is_ended and self._over.is_on else None


class LiveOvers:
    """Overs in time: what is behind sets the pace, and there are always samples.

    A packet puts the key down, HEAD_START_MS later; slots then follow one another, and one for
    which no packet is there is a gap. What waits longer than it should is left out: see SlotQueue.

    Args:
        over: makes the slots, and ends overs.
        sample_rate: Hz.
        capacity: frames' packets that may wait.
        counts: where ``packets``, ``overs``, ``gaps``, ``dropped`` and ``left_out`` are counted.
    """

    def __init__(self, over: OverSender, sample_rate: int, capacity: int, counts: Counter[str]):
        self._over, self._counts = over, counts
        self._queue = SlotQueue(capacity, counts)
        self._idle = np.zeros(sample_rate * IDLE_PART_MS // 1000, dtype=np.complex64)
        self._held_ms = 0

    def __len__(self) -> int:
        return len(self._queue)

    def reset(self) -> None:
        """Nothing waits, and the key is up."""
        self._over.reset()
        self._queue.reset()
        self._held_ms = 0

    def put(self, packet: WaitingPacket) -> None:
        """Takes a packet."""
        self._queue.put(packet)

    def next_part(self, is_ended: bool) -> OverPart | None:
        """The next samples; None: after the end there are no more."""
        if not self._over.is_on and not is_ended and not self._is_time():
            return OverPart(self._idle)
        packet = self._queue.take()
        if packet is not None:
            return _sent(self._over, packet, self._counts)
        if is_ended:
            return self._over.end() if self._over.is_on else None
        self._counts["gaps"] += 1
        return self._over.wait()

    def _is_time(self) -> bool:
        """Whether an over begins now."""
        if len(self._queue) and self._held_ms >= HEAD_START_MS:
            self._held_ms = 0
            return True
        self._held_ms = self._held_ms + IDLE_PART_MS if len(self._queue) else 0
        return False


def _sent(over: OverSender, packet: WaitingPacket, counts: Counter[str]) -> OverPart:
    part = over.send(packet.contents)
    counts["packets"] += 1
    counts["overs"] += part.begins
    return part
