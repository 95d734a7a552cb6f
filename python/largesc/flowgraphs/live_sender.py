# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flowgraph of a live sender: speech to a network."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from gnuradio import gr
from numpy.typing import NDArray

from ..hier.speech_source import speech_source
from ..hier.speech_transmitter import made_transmitter
from ..packet_network_sink import packet_network_sink
from ..runtime.sample_array import array_source
from ..speech_link.quiet_recording import quiet_recording
from ..speech_link.settings import SenderSettings
from .live_flowgraph import check_speed, live_flowgraph, paced, switch


@dataclass(frozen=True)
class SendSettings:
    """What ``largesc send`` does.

    Attributes:
        url: where packets go, see packet_network_sink.
        sender: of the link.
        speed: of a file, in seconds of speech per second; other than 1 in tests.
        device: sound card to record from.

    Raises:
        ValueError: a speed that is not above 0.
    """

    url: str
    sender: SenderSettings = SenderSettings(announce=True)
    speed: float = 1.0
    device: str = ""

    def __post_init__(self) -> None:
        check_speed(self.speed)


class SendingPart:
    """Speech from a file, in real time, or from the microphone, to a network; part of a flowgraph.

    A file is never cut: if the models cannot keep up, it takes longer. From the microphone the
    oldest frames are dropped then.

    Args:
        flowgraph: that it is to be part of.
        settings: of the link.
        pcm: float32 ``[samples]`` at 24 kHz; None for the microphone.

    Attributes:
        sink, transmitter: the blocks.

    Raises:
        CheckpointError: the checkpoint does not load.
        OSError: the host is not known, or the port is taken.
        RuntimeError: no sound card.
        ValueError: a setting out of range.
    """

    def __init__(
        self, flowgraph: gr.top_block, settings: SendSettings, pcm: NDArray[np.float32] | None
    ):
        self.sink: Any = self.made_sink(settings)  # first: it fails at once if it does
        sender = settings.sender
        if pcm is not None:
            pcm, sender = quiet_recording(pcm, sender)
        self.transmitter = made_transmitter(sender, live=pcm is None)
        self._switch = switch()
        if pcm is None:
            self._head = [speech_source(device=settings.device)]
        else:
            # Silence behind the speech brings its end through the listener's decoder.
            source = array_source(pcm, silence_behind=self.transmitter.encoder.delay)
            self._head = [source, *([paced(settings.speed)] if self.is_live(settings) else [])]
        self._head += self.made_gate(flowgraph, settings, waits=pcm is not None)
        # Kept, since GNU Radio does not keep Python's blocks alive.
        flowgraph.connect(*self._head, self._switch, self.transmitter)
        flowgraph.msg_connect(self.transmitter, "packets", self.sink, "packets")

    def made_sink(self, settings: SendSettings) -> Any:
        """Where packets go."""
        return packet_network_sink(settings.url)

    def made_gate(self, flowgraph: gr.top_block, settings: SendSettings, waits: bool) -> list[Any]:
        """What lets speech pass at times only; nothing where it always does."""
        return []

    def is_live(self, settings: SendSettings) -> bool:
        """Whether packets go out in time."""
        return True

    def end(self) -> None:
        """The speech ends here; what is in flight is still sent."""
        self._switch.switch_off()

    def counters(self) -> dict[str, dict[str, int]]:
        """Counters of the blocks, by block."""
        return self.transmitter.counters() | {"network": self.sink.counters()}


class live_sender(live_flowgraph):
    """A flowgraph of a SendingPart alone; see there.

    Attributes:
        sending: the part.
    """

    def __init__(self, settings: SendSettings, pcm: NDArray[np.float32] | None = None):
        gr.top_block.__init__(self, "largesc send")
        self.sending = SendingPart(self, settings, pcm)

    def end(self) -> None:
        self.sending.end()
