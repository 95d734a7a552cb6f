# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flowgraph of a station: it sends and listens, and learns how it is received."""

from collections.abc import Callable

import numpy as np
from gnuradio import gr
from numpy.typing import NDArray

from ..frame.report import ChannelReport
from .live_flowgraph import live_flowgraph
from .live_listener import ListeningPart, ListenSettings
from .live_sender import SendingPart, SendSettings


class live_station(live_flowgraph):
    """A live sender and a live listener; the listener's reports go to the sender.

    They travel in its announcements to the other station, whose sender then knows its channel,
    and the other way round. It ends when it is asked to.

    Args:
        sending: see live_sender; announcements must be on, or no report gets across.
        listening: see live_listener.
        pcm: see live_sender.

    Raises:
        ValueError: announcements are off; else as the two.
    """

    def __init__(
        self,
        sending: SendSettings,
        listening: ListenSettings,
        pcm: NDArray[np.float32] | None = None,
    ):
        gr.top_block.__init__(self, "largesc talk")
        check_that_it_announces(sending)
        self.listening = ListeningPart(self, listening)
        self.sending = SendingPart(self, sending, pcm)
        self.msg_connect(self.listening.receiver, "report", self.sending.transmitter, "control")

    def end(self) -> None:
        self.sending.end()
        self.listening.end()

    def run_until(self, is_over: Callable[[], bool]) -> None:
        try:
            live_flowgraph.run_until(self, is_over)
        finally:
            self.listening.close()

    def channel(self) -> ChannelReport | None:
        """How the other station receives this one, as far as it has reported it."""
        return self.sending.transmitter.packetizer.channel


def check_that_it_announces(sending: SendSettings) -> None:
    """Raises ValueError for a station whose reports would reach nobody."""
    if not sending.sender.announce:
        raise ValueError("a station that does not announce itself cannot report")
