# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a receiver's reports come back to the sender: in announcements, over a channel of their own.

The other station says nothing else: a packet of silence per frame, an announcement every 2 s. What
that costs on the way back is not counted among the sender's bits.
"""

from collections import deque
from contextlib import suppress
from typing import Any

from ...frame.report import Report
from ...frame.tokens import no_tokens
from ...link.arrival import Arrival
from ...link.packet_parser import PacketRefused
from ...speech_link.link_receiver import SequenceReceiver
from ...speech_link.link_sender import LinkSender
from ...speech_link.settings import ReceiverSettings, SenderSettings
from ..channels.interface import Channel, end_of

SESSION = 1  # of the other station; any but 0
ROUNDING = 1e-6  # s


class WayBack:
    """The other station's sender, the channel back, and the receiver beside our sender.

    Nothing is known before it can be: a report on a frame begins when that frame's packet has
    ended, and is heard when its own packet has.

    Args:
        channel: back, just reset.
        packet_seconds: between two packets.
    """

    def __init__(self, channel: Channel, packet_seconds: float):
        self._channel, self._packet_seconds = channel, packet_seconds
        self._sender = LinkSender(SenderSettings(announce=True, session=SESSION))
        self._receiver = SequenceReceiver(ReceiverSettings(check="none"))
        self._coming: deque[Arrival] = deque()

    def tell(self, frame: int, report: Report) -> None:
        """The receiver at the other end says what it knows.

        Args:
            frame: number of the last frame that was sent to it.
            report: made behind that frame.
        """
        self._sender.control(report.as_dict())
        start = (frame + 1) * self._packet_seconds
        for packet in self._sender.push(frame, no_tokens(), silence=True):
            self._coming += self._channel.carry(packet.data, start, self._packet_seconds)

    def hear(self, frame: int) -> dict[str, Any] | None:
        """What our sender is told before it sends a frame; None if no announcement has come."""
        now = frame * self._packet_seconds + ROUNDING
        before = self._announcements()
        while self._coming and end_of(self._coming[0]) <= now:
            with suppress(PacketRefused):  # damaged on the way back
                self._receiver.receive(self._coming.popleft())
        return self._receiver.report().as_dict() if self._announcements() > before else None

    def _announcements(self) -> int:
        return self._receiver.counters().get("announcements", 0)
