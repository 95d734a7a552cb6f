# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech through profile `hf` and white noise, and the ways to receive it."""

from dataclasses import dataclass

import numpy as np
from gnuradio.largesc.codec.speech_codec import SpeechCodec
from gnuradio.largesc.frame.due_frame import DueFrame
from gnuradio.largesc.frame.tokens import Tokens
from gnuradio.largesc.link.arrival import Arrival
from gnuradio.largesc.link.known_headers import HeardSlot, KnownHeaders, as_it_came
from gnuradio.largesc.link.packet_parser import PacketRefused
from gnuradio.largesc.speech_link.link_receiver import SequenceReceiver
from gnuradio.largesc.speech_link.link_sender import LinkSender
from gnuradio.largesc.speech_link.settings import ReceiverSettings, SenderSettings
from largesc_kernels import hf_code, hf_demodulator, hf_modulator, received_slot
from modem_figures.hf_channel import Samples, noise, shift

WAYS = ("erased", "headers", "hard", "soft")
LEAD, TAIL = 4000, 6000  # samples of noise before and behind the over
SLOT = 640
WIDEST = 150.0  # Hz


@dataclass(frozen=True)
class Over:
    """tokens: of every frame, int16 ``[8]``; size: bytes of its slots; samples: on the air."""

    tokens: list[Tokens]
    size: int
    samples: Samples

    def through_noise(self, snr_db: float, random: np.random.Generator) -> list[received_slot]:
        """What the modem says, at a random time and frequency."""
        lead = LEAD + int(random.integers(SLOT))
        parts = [np.zeros(lead), self.samples, np.zeros(TAIL)]
        came = shift(np.concatenate(parts).astype(np.complex64), random.uniform(-WIDEST, WIDEST))
        came += noise(len(came), snr_db, float(np.mean(np.abs(self.samples) ** 2)), random)
        demodulator = hf_demodulator([self.size])
        return [*demodulator.push(came), *demodulator.flush()]


def sent_over(codec: SpeechCodec, pcm: Samples, n_primary: int) -> Over:
    """One over of speech."""
    codec.reset()
    sender, modulator = LinkSender(SenderSettings(n_primary=n_primary)), hf_modulator()
    tokens = [codec.encode(samples).tokens for samples in codec.frames(pcm)]
    packets = [p.data for number, one in enumerate(tokens) for p in sender.push(number, one)]
    samples = [*(modulator.modulate(packet) for packet in packets), modulator.flush()]
    return Over(tokens, len(packets[0]), np.concatenate(samples))


def received(slots: list[received_slot], way: str, frames: int) -> list[DueFrame]:
    """The frames due, one way."""
    receiver = SequenceReceiver(ReceiverSettings(check="none", soft=way == "soft"))
    headers = None if way == "erased" else KnownHeaders(hf_code, SLOT)
    due: list[DueFrame] = []
    for slot in slots:
        heard = as_it_came(slot) if headers is None else headers.heard(slot)
        if heard is None:
            continue
        try:
            due += receiver.receive(arrival(heard, way))
        except PacketRefused:
            continue
    return (due + receiver.end(frames))[:frames]


def arrival(heard: HeardSlot, way: str) -> Arrival:
    """As the block packet_demodulator hands it on, but for hard decisions."""
    if way == "hard" and heard.by_header:
        heard = heard._replace(accepted=True)
    return Arrival(heard.bytes, heard.start / 8000.0, heard.snr, heard.verdict, heard.soft)
