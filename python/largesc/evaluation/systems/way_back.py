# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a receiver's reports come back to the sender: in announcements, over a channel of their own.

Full duplex, the other station says nothing else: a packet of silence per frame, and announcements
as its sender makes them, every 2 s or piece by piece. Half duplex, it says how it receives when it
answers. What that costs on the way back is not counted among the sender's bits.
"""

from collections import deque
from contextlib import suppress
from typing import Any

import numpy as np

from ...frame.report import Report
from ...frame.tokens import NUM_CODEBOOKS, REPETITION, no_tokens
from ...link.arrival import Arrival
from ...link.packet_parser import PacketRefused
from ...speech_link.budget_control import slot_of_speech
from ...speech_link.link_receiver import SequenceReceiver
from ...speech_link.link_sender import LinkSender
from ...speech_link.report_schedule import ReportSchedule
from ...speech_link.sent_packet import SentPacket
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
        self._learn(report)
        self._say(self._sender.push(frame, no_tokens(), silence=True), frame + 1)

    def note(self, report: Report) -> None:
        """The receiver at the other end knows this; its station listens, and says nothing.

        Args:
            report: made behind a frame; one call for each.
        """
        self._learn(report)
        self._sender.wait(1)

    def answer(self, slot: int, pause: int, frames: int) -> int:
        """The other station presses the key, and speaks; to be heard from here on.

        Args:
            slot: behind our last packet, in packets of our sender.
            pause: slots from there to the first packet of the answer.
            frames: of its speech. What announces its end comes behind.

        Returns:
            The slot behind its last packet.
        """
        speech = np.zeros(NUM_CODEBOOKS, dtype=np.int16)
        self._sender.wait(pause)
        slot += pause
        self._say(self._sender.begin_over(), slot)
        for frame in range(frames):
            slot += 1
            self._say(self._sender.push(frame, speech), slot)
        for last in self._sender.end_over():
            slot += 1
            self._say([last], slot)
        self._coming += self._channel.end()
        return slot + 1

    def _learn(self, report: Report) -> None:
        if self._schedule.is_due(report):
            self._sender.control(report.as_dict())

    def _say(self, packets: list[SentPacket], slot: int) -> None:
        """What stands beside a frame takes the slot of its packet, as packet_modulator has it."""
        start = slot * self._packet_seconds
        for packet in packets[:1]:
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
