# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flowgraphs of a live link: a sender and a listener, each in its own process."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

import numpy as np
from gnuradio import blocks, gr
from numpy.typing import NDArray

from ..audio.speech_file import SAMPLE_RATE
from ..frame.tokens import FRAME_RATE, Allocation
from ..hier.speech_receiver import speech_receiver
from ..hier.speech_sink import NOWHERE, speech_sink
from ..hier.speech_source import speech_source
from ..hier.speech_transmitter import speech_transmitter
from ..link.depacketizer import ChannelState
from ..packet_network_sink import packet_network_sink
from ..packet_network_source import packet_network_source
from ..runtime.backlog_gate import queued_messages
from ..runtime.sample_array import array_source

END_PATIENCE_S = 5.0  # how long what is in flight may take to come out
LOOK_EVERY_S = 0.2
PACE = SAMPLE_RATE // 50  # samples between two sleeps of the throttle: 20 ms


@dataclass(frozen=True)
class SenderSettings:
    """What a sender does.

    Attributes:
        url: where packets go, see packet_network_sink.
        allocation: tokens per packet.
        crc: packets end in a CRC-16.
        announce: say who is sending, every 2 s and at the end.
        session: of the over, 0 for a random one.
        text: a callsign, at most 31 bytes in UTF-8.
        checkpoint: of the codec.
        speed: of a file, in seconds of speech per second; other than 1 in tests.
        device: sound card to record from.

    Raises:
        ValueError: a speed that is not above 0.
    """

    url: str
    allocation: Allocation = field(default_factory=Allocation)
    crc: bool = False
    announce: bool = True
    session: int = 0
    text: str = ""
    checkpoint: str = "mini"
    speed: float = 1.0
    device: str = ""

    def __post_init__(self) -> None:
        _check_speed(self.speed)


@dataclass(frozen=True)
class ListenerSettings:
    """What a listener does.

    Attributes:
        url: where packets come from, see packet_network_source.
        output: WAV file to write, empty for the loudspeaker, ``none`` for nothing.
        look_ahead: frames to wait for late packets and redundancy, 0..5.
        recovery: what fills missing tokens.
        crc: as the sender's.
        checkpoint: of the codec.
        speed: the sender's; 1 for the loudspeaker.
        device: sound card to play on.

    Raises:
        ValueError: a speed that is not above 0, or that the loudspeaker does not have.
    """

    url: str
    output: str = NOWHERE
    look_ahead: int = 1
    recovery: str = "hold"
    crc: bool = False
    checkpoint: str = "mini"
    speed: float = 1.0
    device: str = ""

    def __post_init__(self) -> None:
        _check_speed(self.speed)
        if not self.output and self.speed != 1.0:
            raise ValueError("a loudspeaker plays at speed 1 only")


def _check_speed(speed: float) -> None:
    if not 0.0 < speed < 100.0:
        raise ValueError(f"speed must be above 0 and below 100, not {speed}")


class _Switch(gr.sync_block):
    """Passes samples until it is switched off; then its output ends, as a file's would."""

    def __init__(self) -> None:
        gr.sync_block.__init__(self, name="switch", in_sig=[np.float32], out_sig=[np.float32])
        self._on = True

    def switch_off(self) -> None:
        self._on = False

    def work(self, input_items: Any, output_items: Any) -> int:
        if not self._on:
            return -1  # WORK_DONE
        output_items[0][:] = input_items[0]
        return len(output_items[0])


class _LiveFlowgraph(gr.top_block):
    """A flowgraph that can be asked to end, and then plays or sends what is in flight."""

    def end(self) -> None:
        """Asks for the end; what is in flight still comes out."""
        raise TypeError(f"{type(self).__name__} does not say how it ends")

    def run_until(self, is_over: Callable[[], bool]) -> None:
        """Runs until it has ended by itself, or the question, asked five times a second, is yes.

        A flowgraph that does not end within 5 s of being asked is stopped.
        """
        self.start()
        waiter = Thread(target=self.wait, daemon=True)
        waiter.start()
        while waiter.is_alive() and not is_over():
            waiter.join(timeout=LOOK_EVERY_S)
        if waiter.is_alive():
            self.end()
            waiter.join(timeout=END_PATIENCE_S)
        if waiter.is_alive():
            self.stop()
            waiter.join()


class live_sender(_LiveFlowgraph):
    """Speech from a file, in real time, or from the microphone, to a network.

    A file is never cut: if the models cannot keep up, it takes longer. From the microphone the
    oldest frames are dropped then.

    Args:
        settings: of the link.
        pcm: float32 ``[samples]`` at 24 kHz; None for the microphone.

    Raises:
        CheckpointError: the checkpoint does not load.
        OSError: the host is not known, or the port is taken.
        RuntimeError: no sound card.
        ValueError: a setting out of range.
    """

    def __init__(self, settings: SenderSettings, pcm: NDArray[np.float32] | None = None):
        gr.top_block.__init__(self, "largesc send")
        choice = settings.allocation
        self.sink = packet_network_sink(settings.url)  # first: it fails at once if it does
        self.transmitter = speech_transmitter(
            settings.checkpoint,
            choice.n_primary,
            choice.n_redundant,
            choice.lag,
            live=pcm is None,
            crc=settings.crc,
            announce=settings.announce,
            session=settings.session,
            text=settings.text,
        )
        self.switch = _Switch()
        if pcm is None:
            self.source = speech_source(device=settings.device)
            self.connect(self.source, self.switch, self.transmitter)
        else:
            # Silence behind the speech brings its end through the listener's decoder.
            self.source = array_source(pcm, silence_behind=self.transmitter.encoder.delay)
            self.connect(self.source, _throttle(settings.speed), self.switch, self.transmitter)
        self.msg_connect(self.transmitter, "packets", self.sink, "packets")

    def end(self) -> None:
        self.switch.switch_off()

    def counters(self) -> dict[str, dict[str, int]]:
        """Counters of the blocks, by block."""
        return self.transmitter.counters() | {"network": self.sink.counters()}


class live_listener(_LiveFlowgraph):
    """Speech from a network to the loudspeaker, into a file or nowhere, on the listener's clock.

    The decoder asks for a frame whenever one is needed; what has not come by then is filled. So
    the output goes on while nobody sends: as silence.

    Args:
        settings: of the link.

    Raises:
        CheckpointError: the checkpoint does not load.
        OSError: the host is not known, or the port is taken.
        RuntimeError: no sound card, or the file cannot be written.
        ValueError: a setting out of range.
    """

    def __init__(self, settings: ListenerSettings):
        gr.top_block.__init__(self, "largesc listen")
        self.source = packet_network_source(settings.url)
        self.receiver = speech_receiver(
            settings.checkpoint,
            settings.look_ahead,
            settings.recovery,
            live=True,
            crc=settings.crc,
            speed=settings.speed,
        )
        self.output = speech_sink(settings.output, settings.device)
        self.msg_connect(self.source, "packets", self.receiver, "packets")
        if settings.output:
            self.connect(self.receiver, _throttle(settings.speed), self.output)
        else:
            self.connect(self.receiver, self.output)

    def end(self) -> None:
        self.source.end()

    def run_until(self, is_over: Callable[[], bool]) -> None:
        try:
            _LiveFlowgraph.run_until(self, is_over)
        finally:
            self.output.close()

    def counters(self) -> dict[str, dict[str, int]]:
        """Counters of the blocks, by block."""
        return {"network": self.source.counters()} | self.receiver.counters()

    def seconds_played(self) -> float:
        """Speech and silence that came out, in seconds of speech."""
        return self.receiver.decoder.counters().get("frames", 0) / FRAME_RATE

    def channel_state(self) -> ChannelState:
        """What is known of the channel."""
        return self.receiver.depacketizer.channel_state()

    def heard(self) -> str:
        """Who announced himself last: callsign or the like; empty before."""
        return self.receiver.depacketizer.text

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


def _throttle(speed: float) -> gr.basic_block:
    """Paces samples by the machine's clock."""
    throttle = blocks.throttle(gr.sizeof_float, SAMPLE_RATE * speed)
    throttle.set_max_noutput_items(PACE)
    return throttle
