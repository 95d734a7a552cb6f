# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""When the sender hears how it is received: all the time, at turn-over, or never."""

from typing import Protocol

from ...speech_link.link_sender import LinkSender
from ..channels.interface import Channel, OverChannel
from .reception import Reception
from .way_back import WayBack

# Behind each over, in packets: 0.8 s in which nobody begins (docs/radio.md, Turns), and 1.04 s that
# the key is down before the speech of the next one.
PAUSE = 23


class Reports(Protocol):
    """Asked before and behind every frame of our sender.

    A slot is the time of one of its packets, counted from the first one.
    """

    def before(self, frame: int, slot: int) -> int:
        """The sender hears what has come.

        Args:
            frame: number of the frame that is to be sent.
            slot: behind the packet of the one before.

        Returns:
            The slot of the frame's packet.
        """
        ...

    def behind(self, slot: int) -> None:
        """That slot is over; the receiver knows what has come by then."""
        ...


class NoReports:
    """Nobody needs any; see Reports."""

    def before(self, frame: int, slot: int) -> int:
        return slot

    def behind(self, slot: int) -> None:
        pass


class FullDuplex:
    """They come all the time, on a way of their own; see Reports.

    Args:
        sender: ours.
        reception: at the other end.
        way_back: from there.
    """

    def __init__(self, sender: LinkSender, reception: Reception, way_back: WayBack):
        self._sender, self._reception, self._way_back = sender, reception, way_back

    def before(self, frame: int, slot: int) -> int:
        hear(self._sender, self._way_back, slot)
        return slot

    def behind(self, slot: int) -> None:
        self._way_back.tell(slot, self._reception.report())


class HalfDuplex:
    """Between two overs the other station answers, and says how it has heard; see Reports.

    Args:
        sender, reception, way_back: as FullDuplex has them.
        forward: from the sender.
        turn: number of the first frame of the second over.
        frames: of the answer's speech.
        packet_seconds: a slot.
    """

    def __init__(
        self,
        sender: LinkSender,
        reception: Reception,
        way_back: WayBack,
        forward: Channel,
        turn: int,
        frames: int,
        packet_seconds: float,
    ):
        self._sender, self._reception, self._way_back = sender, reception, way_back
        self._forward, self._turn, self._frames = forward, turn, frames
        self._packet_seconds = packet_seconds

    def before(self, frame: int, slot: int) -> int:
        return self._turned_over(slot) if frame == self._turn else slot

    def behind(self, slot: int) -> None:
        self._way_back.note(self._reception.report())

    def _turned_over(self, slot: int) -> int:
        """The over is over, the other station answers, and the key goes down again."""
        next_over = self._way_back.answer(slot, PAUSE, self._frames) + PAUSE
        for waited in range(slot, next_over):
            self._sender.wait(1)
            hear(self._sender, self._way_back, waited)
        if isinstance(self._forward, OverChannel):
            start = next_over * self._packet_seconds
            self._reception.take(self._forward.begin_over(start), slot)
        return next_over


def hear(sender: LinkSender, way_back: WayBack, slot: int) -> None:
    """The sender takes what an announcement says that has come by this slot."""
    told = way_back.hear(slot)
    if told is not None:
        sender.control(told)
