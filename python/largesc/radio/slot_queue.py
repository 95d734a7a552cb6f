# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packets that wait for slots of a live radio, and which of them are left out."""

from collections import Counter, deque
from typing import NamedTuple

MOST_BESIDE = 40  # packets beside frames that may wait; the end of an over brings up to some 20
BEHIND = 6  # slots in a row, half a second, in which a newer packet waits as well
MISSED = 2  # slots behind an empty one in which that one's packet is known as what missed it


class WaitingPacket(NamedTuple):
    """A packet on its way into a slot.

    Attributes:
        contents: of the slot.
        frame: that it stands for, or before which it comes; None where nobody says.
        beside: it stands for no frame: an announcement, a piece of text.
    """

    contents: bytes
    frame: int | None = None
    beside: bool = False


class SlotQueue:
    """First in, first out, and never later for good.

    There are as many slots as frames. So a packet beside a frame would make all that follow a slot
    later; it takes the slot of that frame's packet instead, which is left out. Only where slots
    are free it does not: the announcement that puts the key down, before the first frame has been
    spoken.

    Frames' packets that have to wait, since something has taken its time, are kept up to the
    capacity; beyond it the oldest is dropped. So is one when for half a second there was always a
    newer one beside the one sent: all are a slot late then, and without that would stay so.

    A packet that misses its slot within an over leaves it empty. If the next one's is there by the
    next slot, it alone is late, and is left out: a frame that others repeat is lost, where all that
    follow would be 80 ms late, and the listener's playout with them. If not, all are later now.

    Args:
        capacity: frames' packets that may wait, 1 or more.
        counts: where ``left_out`` (for packets beside frames) and ``dropped`` (too late) are
            counted.
    """

    def __init__(self, capacity: int, counts: Counter[str]):
        self._capacity, self._counts = capacity, counts
        self._waiting: deque[WaitingPacket] = deque()
        self.reset()

    def __len__(self) -> int:
        return len(self._waiting)

    def reset(self) -> None:
        """Nothing waits; the slot before was empty."""
        self._waiting.clear()
        self._is_flowing = False
        self._taken: int | None = None  # frame whose slot something beside it has
        self._behind = 0
        self._since_gap = MISSED + 1  # slots since one within the over was empty

    def put(self, packet: WaitingPacket) -> None:
        """Takes a packet."""
        if packet.beside and self._is_flowing:
            self._taken = packet.frame
        if self._has_lost_its_slot(packet):
            self._counts["left_out"] += 1
            return
        self._waiting.append(packet)
        most = MOST_BESIDE if packet.beside else self._capacity
        if sum(one.beside == packet.beside for one in self._waiting) > most:
            self._drop_oldest(packet.beside)

    def take(self) -> WaitingPacket | None:
        """The packet of the next slot, or None."""
        self._behind = self._behind + 1 if len(self._waiting) > 1 else 0
        has_missed = self._since_gap < MISSED and self._frames() > 1
        if self._behind > BEHIND or has_missed:
            self._drop_oldest()
            self._behind = 0
        packet = self._waiting.popleft() if self._waiting else None
        is_gap = packet is None and self._is_flowing
        self._since_gap = 0 if is_gap else self._since_gap + 1
        self._is_flowing = packet is not None
        return packet

    def _frames(self) -> int:
        return sum(not one.beside for one in self._waiting)

    def _has_lost_its_slot(self, packet: WaitingPacket) -> bool:
        if packet.beside or packet.frame is None:
            return False
        waits = any(one.beside and one.frame == packet.frame for one in self._waiting)
        return waits or packet.frame == self._taken

    def _drop_oldest(self, beside: bool = False) -> None:
        for place, one in enumerate(self._waiting):
            if one.beside == beside:
                del self._waiting[place]
                self._counts["dropped"] += 1
                return
