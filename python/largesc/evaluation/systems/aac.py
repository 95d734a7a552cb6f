# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""AAC-LC at the lowest rate FFmpeg's encoder goes to: music's codec where speech needs less."""

from typing import Literal

import av
import numpy as np
from numpy.typing import NDArray

from ...corpus.utterance import SAMPLE_RATE
from .open_loop import OpenLoop, SentSpeech
from .settings import SystemSettings
from .signal_rates import packets_of, speech_of

FRAME = 1024  # samples
PRIMING = 1024  # samples the encoder sends before the first (its transform's overlap)
FLOOR = 6000  # bit/s asked for; FFmpeg's encoder does not get below about 10 kbit/s at 24 kHz


class AacSettings(SystemSettings):
    """AAC as an experiment file names it: nothing to choose."""

    kind: Literal["aac"] = "aac"

    def default_label(self) -> str:
        return "AAC floor"

    def build(self) -> OpenLoop:
        return OpenLoop(Aac())


class Aac:
    """See OpenLoopCodec. FFmpeg has no concealment for AAC: a lost packet is silent."""

    packet_seconds = FRAME / SAMPLE_RATE
    latency_seconds = (FRAME + PRIMING) / SAMPLE_RATE
    concealment = "silence"

    def __init__(self) -> None:
        self.version = f"FFmpeg's aac, PyAV {av.__version__}"

    def send(self, pcm: NDArray[np.float32]) -> SentSpeech:
        """Encodes; see OpenLoopCodec."""
        encoder = av.CodecContext.create("aac", "w")
        assert isinstance(encoder, av.AudioCodecContext)
        encoder.sample_rate, encoder.layout, encoder.format = SAMPLE_RATE, "mono", "fltp"
        encoder.bit_rate = FLOOR
        packets = []
        for index, row in enumerate(packets_of(pcm, SAMPLE_RATE, FRAME)):
            samples = (row.astype(np.float32) / 32767.0)[None]
            frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
            frame.sample_rate, frame.pts = SAMPLE_RATE, index * FRAME
            packets += [bytes(packet) for packet in encoder.encode(frame)]
        packets += [bytes(packet) for packet in encoder.encode(None)]
        return SentSpeech(packets, len(pcm), side=encoder.extradata)

    def receive(self, sent: SentSpeech, lost: NDArray[np.bool_]) -> NDArray[np.float32]:
        """Decodes; see OpenLoopCodec."""
        decoder = av.CodecContext.create("aac", "r")
        assert isinstance(decoder, av.AudioCodecContext)
        decoder.extradata = sent.side
        decoded = []
        for packet, is_lost in zip(sent.packets, lost, strict=True):
            heard = np.zeros(0, dtype=np.float32)
            if not is_lost:
                frames = decoder.decode(av.Packet(packet))
                heard = np.concatenate([frame.to_ndarray()[0] for frame in frames] or [heard])
            decoded.append(np.pad(heard, (0, max(0, FRAME - len(heard))))[:FRAME])
        pcm = np.clip(np.concatenate(decoded), -1.0, 1.0)
        samples = np.round(pcm * 32767.0).astype(np.int16)
        return speech_of(samples, SAMPLE_RATE, PRIMING, sent.samples)
