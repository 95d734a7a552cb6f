# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packets to the air and from it: modem and radio, in the place of a network's blocks."""

import math
import time
from pathlib import Path
from typing import Any

import pmt
from gnuradio import blocks, gr

from ..frame.tokens import FRAME_RATE
from ..packet_demodulator import packet_demodulator
from ..packet_modulator import packet_modulator
from ..push_to_talk import push_to_talk
from ..radio.front_ends.opening import kind_of
from ..radio.iq_recorder import iq_recorder
from ..radio.iq_recording import IqRecording
from ..radio.packet_annotation import PacketAnnotations
from ..radio.radio_settings import RadioSettings
from ..runtime import pdu
from ..runtime.arrival_message import read_arrival
from ..runtime.pdu_block import PduBlock
from .radio_ends import made_sink, made_source

Counts = dict[str, dict[str, int]]
OFFSET = pmt.intern("offset")
LATE = 2  # frames' packets that may wait for slots; what is later is of no use to a listener
NO_SIZE = gr.io_signature(0, 0, 0)


def keeps_time(device: str) -> bool:
    """Whether samples come and go by a clock; of a file they do not.

    Raises:
        ValueError: no kind of device.
    """
    return kind_of(device)[0].is_live


class packets_to_air(gr.hier_block2):
    """Takes packets, as packet_network_sink does, and sends them by a radio.

    Args:
        device: name of the radio, see radio_sink.
        radio: its settings.

    Raises:
        ValueError, FrontEndError: see radio_sink.
        OSError: the key is not there.
    """

    def __init__(self, device: str, radio: RadioSettings):
        gr.hier_block2.__init__(self, "packets_to_air", NO_SIZE, NO_SIZE)
        self.url = device
        self.message_port_register_hier_in("packets")
        self.radio = made_sink(device, radio)
        rate = self.radio.sample_rate
        is_live = keeps_time(device)
        lead = radio.ptt_lead if radio.ptt != "none" else 0.0
        waits = LATE + math.ceil(lead / 1000.0 * FRAME_RATE)
        self.modulator = packet_modulator(radio.modem, (), radio.amplitude, is_live, waits)
        chain = [self.modulator, self.radio]
        self.key: Any = None
        if radio.ptt != "none":
            times = radio.ptt_lead, radio.ptt_tail, radio.ptt_limit
            self.key = push_to_talk(radio.ptt, rate, *times)
            chain.insert(1, self.key)
        if is_live:
            self.modulator.follow(*chain[1:])
        self.connect(*chain)
        self.msg_connect(self, "packets", self.modulator, "packets")

    def by_block(self) -> Counts:
        """Counters of the blocks, by block."""
        counts = {"modulator": self.modulator.counters(), "transmitter": self.radio.counters()}
        return counts if self.key is None else counts | {"key": self.key.counters()}


class packets_from_air(gr.hier_block2):
    """Receives by a radio and puts out packets, as packet_network_source does.

    Args:
        device: name of the radio, see radio_source.
        radio: its settings.
        record: SigMF recording to write, with an annotation for each packet; None for none.
        paced: samples of a file come in real time.

    Attributes:
        annotations: of the recording.

    Raises:
        ValueError, FrontEndError: see radio_source.
        OSError: the recording cannot be written.
    """

    def __init__(
        self, device: str, radio: RadioSettings, record: Path | None = None, paced: bool = False
    ):
        gr.hier_block2.__init__(self, "packets_from_air", NO_SIZE, NO_SIZE)
        self.url = device
        self.message_port_register_hier_out("packets")
        self.message_port_register_hier_out("status")
        self.radio = made_source(device, radio)
        rate = self.radio.sample_rate
        # What could not be decoded tells the token model something all the same.
        self.demodulator = packet_demodulator(radio.modem, soft=True, damaged=True)
        self.state = signal_state()
        self._pace = [blocks.throttle(gr.sizeof_gr_complex, rate)] if paced else []
        for block in self._pace:
            block.set_max_noutput_items(rate // 50)
        self.connect(self.radio, *self._pace, self.demodulator)
        self.msg_connect(self.demodulator, "packets", self.state, "packets")
        self.msg_connect(self.state, "packets", self, "packets")
        self.msg_connect(self.demodulator, "status", self, "status")
        self._recording: IqRecording | None = None
        if record is not None:
            self._record(record, radio)

    def _record(self, path: Path, radio: RadioSettings) -> None:
        modem = self.radio.station.modem
        self._recording = IqRecording(path, modem.sample_rate, radio.frequency, modem.name)
        self._recorder = iq_recorder(self._recording)
        self.state.annotations = PacketAnnotations(
            self._recording, modem.sample_rate, modem.slot_samples
        )
        self.connect((self._pace or [self.radio])[-1], self._recorder)

    @property
    def seconds_without(self) -> float | None:
        """Since the last packet; None before the first."""
        return self.state.seconds_without

    @property
    def write_error(self) -> str:
        """Why the recording is not complete; empty if it is, or there is none."""
        return "" if self._recording is None else self._recording.error

    @property
    def read_error(self) -> str:
        """Why a recording was not read to its end; empty if it was, or is none."""
        return str(self.radio.station.receiving.read_error)

    def end(self) -> None:
        """The stream ends here."""
        self.radio.end()

    def close(self) -> None:
        """Completes the recording."""
        if self._recording is not None:
            self._recording.close()

    def by_block(self) -> Counts:
        """Counters of the blocks, by block."""
        return {"demodulator": self.demodulator.counters(), "radio": self.radio.counters()}


class signal_state(PduBlock):
    """Passes packets on, and keeps what the modem says of the newest one that it believes.

    Its end marker tells no number of frames: a modem counts slots, and some hold announcements.

    Attributes:
        snr, offset: of the newest packet that was believed, dB and Hz; None before.
        annotations: that are told of every packet; None for none.
    """

    def __init__(self) -> None:
        PduBlock.__init__(self, "signal_state", "packets", "packets")
        self.snr: float | None = None
        self.offset: float | None = None
        self.annotations: PacketAnnotations | None = None
        self._came: float | None = None

    def process(self, received: pdu.Pdu) -> None:
        arrival = read_arrival(received)
        told = pmt.dict_ref(received.meta, OFFSET, pmt.PMT_NIL)
        offset = pmt.to_double(told) if pmt.is_real(told) else None
        if arrival.verdict is not False:
            self.snr, self.offset, self._came = arrival.snr, offset, time.monotonic()
        self.publish(pdu.join(received))
        if self.annotations is not None:
            self.annotations.note(arrival, offset)

    def publish(self, message: Any) -> None:
        """Sends on; what ends the stream tells no number."""
        is_end = pdu.is_end(pdu.split(message))
        PduBlock.publish(self, pdu.end_marker(0) if is_end else message)

    @property
    def seconds_without(self) -> float | None:
        """Since the last packet; None before the first."""
        return None if self._came is None else time.monotonic() - self._came
