# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a receiver's reports come back to the sender: in announcements, over a channel of their own.

The other station says nothing else: a packet of silence per frame, and announcements as its sender
makes them, every 2 s or piece by piece. What that costs on the way back is not counted among the
sender's bits.
"""

from collections import deque
from contextlib import suppress
from typing import Any

from ...frame.report import Report
from ...frame.tokens import REPETITION, no_tokens
from ...link.arrival import Arrival
from ...link.packet_parser import PacketRefused
from ...speech_link.budget_control import slot_of_speech
from ...speech_link.link_receiver import SequenceReceiver
from ...speech_link.link_sender import LinkSender
from ...speech_link.report_schedule import ReportSchedule
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
        settings: of our sender; the other station's are the same.
    """

    def __init__(
        self, channel: Channel, packet_seconds: float, settings: SenderSettings | None = None
    ):
        self._channel, self._packet_seconds = channel, packet_seconds
        settings = settings or SenderSettings()
        self._sender = LinkSender(answering(settings))
        self._receiver = SequenceReceiver(ReceiverSettings(check=settings.check))
        self._schedule = ReportSchedule()
        self._coming: deque[Arrival] = deque()

    def tell(self, frame: int, report: Report) -> None:
        """The receiver at the other end knows this, and says it when it is due.

        Args:
            frame: number of the last frame that was sent to it, one more than that of the last
                call.
            report: made behind that frame.
        """
        if self._schedule.is_due(report):
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


def answering(settings: SenderSettings) -> SenderSettings:
    """Those of a station like this one that has nothing to say but how it hears the other.

    Nothing is left of a budget but the slots that its speech would take: announcements are cut to
    the size of those.
    """
    taken = slot_of_speech(settings)
    return settings.changed(
        n_primary=4,
        n_redundant=0,
        lag=1,
        code=REPETITION,
        budget=0.0,
        slots=tuple(size for size in settings.slots if size >= taken),
        slot_losses=(),
        announce=True,
        session=SESSION,
        text="",
        message="",
        rest=False,
    )
