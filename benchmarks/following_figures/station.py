# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A station that talks and listens, frame by frame through the kernels, as flowgraphs join them."""

from collections.abc import Callable
from typing import Any

import numpy as np
from gnuradio.largesc import packet_codec
from gnuradio.largesc.frame.speech_facts import SpeechFacts
from gnuradio.largesc.link.arrival import Arrival
from gnuradio.largesc.speech_link.link_receiver import SequenceReceiver
from gnuradio.largesc.speech_link.link_sender import LinkSender
from gnuradio.largesc.speech_link.report_schedule import ReportSchedule
from gnuradio.largesc.speech_link.settings import ReceiverSettings, SenderSettings

TOKENS = np.zeros(8, dtype=np.int16)
LOOK_AHEAD = 3
CODEC = packet_codec()


class Station:
    """Sender and receiver of one side, and when reports go from one to the other.

    Args:
        session: of its sender; with the seed, it decides what it says and what is lost of that.
        seed: of a run.
        budget: bit/s.
        announce: it says who it is, and how it receives the other one.

    Attributes:
        redundant, bits: of every frame sent: redundant tokens, and bits of all its packets.
    """

    def __init__(
        self, session: int, seed: int = 0, budget: float = 1300.0, announce: bool = True
    ) -> None:
        self.sender = LinkSender(
            SenderSettings(
                budget=budget,
                announce=announce,
                session=session,
                code="auto",
                lag=LOOK_AHEAD,
                importance="plain",
            )
        )
        self.receiver = SequenceReceiver(ReceiverSettings(look_ahead=LOOK_AHEAD, check="none"))
        self.schedule = ReportSchedule()
        self.random = np.random.default_rng((seed, session))
        self.redundant: list[int] = []
        self.bits: list[int] = []

    def listen(self) -> None:
        """A frame of the other station's over: what is known of the channel grows older."""
        self.sender.wait(1)

    def send(
        self, to: "Station", loss: float, heard: Callable[[dict[str, Any]], None] | None = None
    ) -> None:
        """One frame to the other station; what that reports goes where it is heard.

        Args:
            to: the other station.
            loss: probability that a packet is lost.
            heard: takes the report; None: the other station's sender does, and announces it.
        """
        facts = SpeechFacts(self.random.normal(-35, 10), self.random.exponential(4))
        sent = self.sender.push(len(self.bits), TOKENS, facts=facts)
        due = []
        for one in sent:
            if self.random.random() >= loss:
                due += to.receiver.receive(Arrival(one.data))
        for _ in due:
            report = to.receiver.report()
            if to.schedule.is_due(report):
                (heard or to.sender.control)(report.as_dict())
        self.redundant.append(len(CODEC.parse(sent[-1].data).redundant))
        self.bits.append(8 * sum(len(one.data) for one in sent))
