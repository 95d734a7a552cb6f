# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flowgraph of a live listener: speech from a network."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gnuradio import gr

from ..frame.report import Report
from ..frame.tokens import FRAME_RATE
from ..hier.speech_receiver import made_receiver
from ..hier.speech_sink import NOWHERE, speech_sink
from ..packet_network_source import packet_network_source
from ..runtime.backlog_gate import queued_messages
from ..speech_link.settings import ReceiverSettings
from .live_flowgraph import check_speed, listeners_clock, live_flowgraph


@dataclass(frozen=True)
class ListenSettings:
    """What ``largesc listen`` does.

    Attributes:
        url: where packets come from, see packet_network_source.
        output: WAV file to write, empty for the loudspeaker, ``none`` for nothing.
        receiver: of the link.
        speed: the sender's; 1 for the loudspeaker.
        device: sound card to play on.

    Raises:
        ValueError: a speed that is not above 0, or that the loudspeaker does not have.
    """

    url: str
    output: str = NOWHERE
    receiver: ReceiverSettings = ReceiverSettings()
    speed: float = 1.0
    device: str = ""

    def __post_init__(self) -> None:
        check_speed(self.speed)
        if not self.output and self.speed != 1.0:
            raise ValueError("a loudspeaker plays at speed 1 only")


class ListeningPart:
    """Speech from a network to the loudspeaker, into a file or nowhere, on the listener's clock.

    The decoder asks for a frame whenever one is needed; what has not come by then is filled. So
    the output goes on while nobody sends: as silence. It is part of a flowgraph.

    Args:
        flowgraph: that it is to be part of.
        settings: of the link.

    Attributes:
        source, receiver, output: the blocks.

    Raises:
        CheckpointError: the checkpoint does not load.
        OSError: the host is not known, or the port is taken.
        RuntimeError: no sound card, or the file cannot be written.
        ValueError: a setting out of range.
    """

    def __init__(self, flowgraph: gr.top_block, settings: ListenSettings):
        self.source: Any = self.made_source(settings)
        is_live = self.is_live(settings)
        # Before a sound card, whose buffers hold 115 ms, a frame more in hand is 80 ms more of
        # delay. Before a pace there is but one of 43 ms.
        self.receiver = made_receiver(
            settings.receiver, is_live, settings.speed, prefetch=1 if settings.output else 0
        )
        self.output = speech_sink(settings.output, settings.device)
        flowgraph.msg_connect(self.source, "packets", self.receiver, "packets")
        paced = is_live and settings.output
        self._pace = [listeners_clock(settings.speed)] if paced else []
        flowgraph.connect(self.receiver, *self._pace, self.output)

    def made_source(self, settings: ListenSettings) -> Any:
        """Where packets come from."""
        return packet_network_source(settings.url)

    def is_live(self, settings: ListenSettings) -> bool:
        """Whether packets come in time; otherwise they are all waited for."""
        return True

    def end(self) -> None:
        """The stream ends here; all that has come is played."""
        self.source.end()

    def close(self) -> None:
        """Completes what is written."""
        self.output.close()

    def counters(self) -> dict[str, dict[str, int]]:
        """Counters of the blocks, by block."""
        return {"network": self.source.counters()} | self.receiver.counters()

    def seconds_played(self) -> float:
        """Speech and silence that came out, in seconds of speech."""
        return self.receiver.decoder.counters().get("frames", 0) / FRAME_RATE

    def report(self) -> Report:
        """What is known of the channel."""
        return self.receiver.depacketizer.report()

    def announced_text(self) -> str:
        """What the sender announced last, a callsign or the like; empty before."""
        return self.receiver.depacketizer.text

    def message(self) -> str:
        """The last text in pieces that came whole; empty before."""
        return self.receiver.depacketizer.message

    def queued(self) -> int:
        """Packets and frames that wait between network and loudspeaker."""
        parts = (self.receiver.depacketizer, self.receiver.recovery)
        return sum(queued_messages(part) for part in parts) + self.receiver.decoder.backlog()

    def dropped(self) -> int:
        """Frames that the decoder's full queue dropped: the machine is too slow."""
        return self.receiver.decoder.counters().get("dropped", 0)

    def held(self) -> int:
        """Frames held because the token model was late."""
        return self.receiver.recovery.counters().get("held", 0)


class live_listener(live_flowgraph):
    """A flowgraph of a ListeningPart alone; see there.

    Attributes:
        listening: the part.
    """

    def __init__(self, settings: ListenSettings):
        gr.top_block.__init__(self, "largesc listen")
        self.listening = ListeningPart(self, settings)

    def end(self) -> None:
        self.listening.end()

    def run_until(self, is_over: Callable[[], bool]) -> None:
        try:
            live_flowgraph.run_until(self, is_over)
        finally:
            self.listening.close()
