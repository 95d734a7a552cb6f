# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flowgraphs of ``transmit``, ``receive`` and ``transceive``: speech over a radio."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from gnuradio import gr
from numpy.typing import NDArray

from ..frame.report import ChannelReport
from ..radio.radio_settings import RadioSettings
from ..radio.talk_key import Manner
from ..talk_gate import talk_gate
from .live_flowgraph import live_flowgraph
from .live_listener import ListeningPart, ListenSettings, live_listener
from .live_sender import SendingPart, SendSettings
from .live_station import check_that_it_announces, live_station
from .radio_air import keeps_time, packets_from_air, packets_to_air

Counts = dict[str, dict[str, int]]


@dataclass(frozen=True)
class TransmitSettings(SendSettings):
    """What ``largesc transmit`` does; ``url`` is the radio's name.

    Attributes:
        radio: how it is set.
        key: when it talks, see TalkKey.
        threshold: dBFS, of a voice.
    """

    radio: RadioSettings = RadioSettings()
    key: Manner = "open"
    threshold: float = -45.0


@dataclass(frozen=True)
class ReceiveSettings(ListenSettings):
    """What ``largesc receive`` does; ``url`` is the radio's name.

    Attributes:
        radio: how it is set.
        record: SigMF recording to write; None for none.
    """

    radio: RadioSettings = RadioSettings()
    record: Path | None = None


class TransmittingPart(SendingPart):
    """A SendingPart that sends by a radio.

    Attributes:
        gate: says when it talks; None where it always does.
    """

    gate: talk_gate | None = None

    def made_sink(self, settings: SendSettings) -> Any:
        assert isinstance(settings, TransmitSettings)
        return packets_to_air(settings.url, settings.radio)

    def is_live(self, settings: SendSettings) -> bool:
        return keeps_time(settings.url)

    def made_gate(self, flowgraph: gr.top_block, settings: SendSettings, waits: bool) -> list[Any]:
        assert isinstance(settings, TransmitSettings)
        if not self.sink.radio.station.is_half and settings.key == "open":
            return []
        self.gate = talk_gate(settings.key, settings.threshold, waits)
        flowgraph.msg_connect(self.gate, "over", self.transmitter, "over")
        return [self.gate]

    def counters(self) -> Counts:
        return self.transmitter.counters() | self.sink.by_block()

    def fault(self) -> str:
        """Why the radio does not work at the moment; empty if it does."""
        return str(self.sink.radio.station.fault)

    @property
    def write_error(self) -> str:
        """Why a recording could not take all that was sent; empty if it did, or is none."""
        return str(self.sink.radio.station.write_error)


class ReceivingPart(ListeningPart):
    """A ListeningPart that receives by a radio. A file that is not played is not waited for."""

    def made_source(self, settings: ListenSettings) -> Any:
        assert isinstance(settings, ReceiveSettings)
        is_played = not settings.output and not keeps_time(settings.url)
        return packets_from_air(settings.url, settings.radio, settings.record, is_played)

    def is_live(self, settings: ListenSettings) -> bool:
        return keeps_time(settings.url) or not settings.output

    def counters(self) -> Counts:
        return self.source.by_block() | self.receiver.counters()

    def fault(self) -> str:
        """Why the radio does not work at the moment; empty if it does."""
        return str(self.source.radio.station.fault)

    def snr(self) -> float | None:
        """Of the newest packet, dB in 3 kHz; None before the first."""
        snr: float | None = self.source.state.snr
        return snr

    def offset(self) -> float | None:
        """Of the newest packet, Hz; None before the first."""
        offset: float | None = self.source.state.offset
        return offset

    def in_sync(self) -> bool:
        """Whether there is an over."""
        return bool(self.source.demodulator.in_sync)

    def close(self) -> None:
        super().close()
        self.source.close()


class radio_transmitter(live_flowgraph):
    """A flowgraph of a TransmittingPart alone; see SendingPart.

    Attributes:
        sending: the part.
    """

    def __init__(self, settings: TransmitSettings, pcm: NDArray[np.float32] | None = None):
        gr.top_block.__init__(self, "largesc transmit")
        self.sending = TransmittingPart(self, settings, pcm)

    def end(self) -> None:
        self.sending.end()


class radio_receiver(live_listener):
    """A flowgraph of a ReceivingPart alone; see ListeningPart.

    Attributes:
        listening: the part.
    """

    listening: ReceivingPart

    def __init__(self, settings: ReceiveSettings):
        gr.top_block.__init__(self, "largesc receive")
        self.listening = ReceivingPart(self, settings)


class radio_transceiver(live_station):
    """A station: it sends and receives, and its announcements tell how it receives the other one.

    By one device in half-duplex use it receives whenever it does not send. It ends when it is asked
    to.

    Args:
        sending: see radio_transmitter; announcements must be on, or no report gets across.
        listening: see radio_receiver.
        pcm: see SendingPart.

    Raises:
        ValueError: announcements are off; else as the two.
    """

    listening: ReceivingPart
    sending: TransmittingPart

    def __init__(
        self,
        sending: TransmitSettings,
        listening: ReceiveSettings,
        pcm: NDArray[np.float32] | None = None,
    ):
        gr.top_block.__init__(self, "largesc transceive")
        check_that_it_announces(sending)
        self.listening = ReceivingPart(self, listening)
        self.sending = TransmittingPart(self, sending, pcm)
        if self.sending.gate is not None:
            self.msg_connect(self.listening.source, "packets", self.sending.gate, "heard")
        self.msg_connect(self.listening.receiver, "report", self.sending.transmitter, "control")

    def channel(self) -> ChannelReport | None:
        """How the other station receives this one, as far as it has reported it.

        A sender whose speech has ended hears no reports any more; the receiver does.
        """
        heard = self.sending.transmitter.packetizer.channel
        return heard if heard is not None else self.listening.report().peer
