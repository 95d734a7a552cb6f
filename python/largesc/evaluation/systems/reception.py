# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our receiver behind a channel of the judge: what comes, and whether it comes in time."""

from collections.abc import Sequence

from ...frame.due_frame import DueFrame
from ...frame.report import Report
from ...link.arrival import Arrival
from ...link.packet_parser import PacketRefused
from ...speech_link.link_receiver import SequenceReceiver
from ...speech_link.settings import ReceiverSettings
from ..channels.interface import end_of

ROUNDING = 1e-6  # s


class Reception:
    """A receiver by sequence, which would take a packet however late: here it does not.

    A frame is to be played ``look_ahead`` packets after its own. A modem hands over a packet once
    the next one has begun: what comes more than ``look_ahead`` packets after that is too late.

    Args:
        settings: of the receiver.
        packet_seconds: between two packets.

    Attributes:
        received: packets that came in time, and that the receiver did not find damaged.
    """

    def __init__(self, settings: ReceiverSettings, packet_seconds: float):
        self._receiver = SequenceReceiver(settings)
        self._packet_seconds = packet_seconds
        self._patience = (settings.look_ahead + 1) * packet_seconds + ROUNDING
        self._due: list[DueFrame] = []
        self.count_from(0.0)

    def count_from(self, since: float) -> None:
        """Packets that ended by then are not counted.

        Args:
            since: s.
        """
        self._since = since + ROUNDING
        self.received = 0

    def take(self, arrivals: Sequence[Arrival], newest: int) -> None:
        """What has come by the end of the packet of this number."""
        now = (newest + 1) * self._packet_seconds
        for arrival in arrivals:
            if now - end_of(arrival) > self._patience:
                continue
            try:
                self._due += self._receiver.receive(arrival)
            except PacketRefused:  # damaged: it is as good as lost
                continue
            self.received += end_of(arrival) > self._since

    def report(self) -> Report:
        """What the receiver knows of the channel."""
        return self._receiver.report()

    def end(self, frames: int) -> list[DueFrame]:
        """All frames that were due; what a damaged packet invented behind the last is left out."""
        self._due += self._receiver.end(frames)
        return [one for one in self._due if one.frame < frames]
