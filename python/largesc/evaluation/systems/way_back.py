# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a receiver's reports come back to the sender: in announcements, over a channel of their own.

The other station says nothing else: a packet of silence per frame, an announcement every 2 s. What
that costs on the way back is not counted among the sender's bits.
"""

from typing import Any

from ...frame.report import Report
from ...frame.tokens import no_tokens
from ...speech_link.link_receiver import SequenceReceiver
from ...speech_link.link_sender import LinkSender
from ...speech_link.settings import ReceiverSettings, SenderSettings
from ..channels.interface import Channel

SESSION = 1  # of the other station; any but 0


class WayBack:
    """The other station's sender, the channel back, and the receiver beside our sender.

    Args:
        channel: back, just reset.
        packet_seconds: between two packets.
    """

    def __init__(self, channel: Channel, packet_seconds: float):
        self._channel, self._packet_seconds = channel, packet_seconds
        self._sender = LinkSender(SenderSettings(announce=True, session=SESSION))
        self._receiver = SequenceReceiver(ReceiverSettings(check="none"))

    def carry(self, frame: int, report: Report) -> dict[str, Any]:
        """What our sender is told at a frame.

        Args:
            frame: its number.
            report: of the receiver at the other end, at this moment.
        """
        self._sender.control(report.as_dict())
        for packet in self._sender.push(frame, no_tokens(), silence=True):
            start = frame * self._packet_seconds
            arrival = self._channel.carry(packet.data, start, self._packet_seconds)
            if arrival is not None:
                self._receiver.receive(arrival)
        return self._receiver.report().as_dict()
