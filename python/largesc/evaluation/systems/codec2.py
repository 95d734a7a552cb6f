# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Codec2 (Rowe), the codec of FreeDV and M17."""

from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from ...audio.noise_suppressor import SAMPLE_RATE as SUPPRESSOR_RATE
from ...audio.noise_suppressor import NoiseSuppressor, with_less_noise
from .codec2_library import Codec2State, codec2_version, fresh_codec2
from .open_loop import OpenLoop, SentSpeech
from .settings import SystemSettings
from .signal_rates import packets_of, speech_of

RATE = 8000  # Hz
MODES = {"3200": 0, "1300": 4, "700C": 8}  # to codec2.h's numbers
FRAME_MS = {"3200": 20, "1300": 40, "700C": 40}
# Samples between what goes in and what comes out: lag of the envelopes (a test holds it).
DELAY = {"3200": 160, "1300": 160, "700C": 256}
FADE = 0.5  # of the amplitude, for every further frame that is repeated


class Codec2Settings(SystemSettings):
    """Codec2 as an experiment file names it.

    Attributes:
        mode: of the codec.
        packet_ms: speech in a packet: whole frames of 20 (3200) or 40 ms, bit to bit.
        suppress_noise: take noise off the speech first, as our sender does.
    """

    kind: Literal["codec2"] = "codec2"
    mode: Literal["3200", "1300", "700C"]
    packet_ms: Literal[20, 40, 80] = 80
    suppress_noise: bool = False

    @model_validator(mode="after")
    def _takes_whole_frames(self) -> Self:
        if self.packet_ms % FRAME_MS[self.mode]:
            raise ValueError(f"Codec2 {self.mode} has frames of {FRAME_MS[self.mode]} ms")
        return self

    def default_label(self) -> str:
        label = f"Codec2 {self.mode}"
        label += "" if self.packet_ms == 80 else f" {self.packet_ms} ms"
        return label + (" less noise" if self.suppress_noise else "")

    def build(self) -> OpenLoop:
        return OpenLoop(Codec2(self))


class Codec2:
    """See OpenLoopCodec.

    Codec2 conceals nothing by itself. A receiver of the air does what is done here: for a lost
    packet the last frame that came is decoded again, each time at half the amplitude.

    Raises:
        SystemUnavailable: no libcodec2.
    """

    def __init__(self, settings: Codec2Settings):
        self.version = codec2_version()
        self._mode = MODES[settings.mode]
        with fresh_codec2(self._mode) as codec:
            self._frame_samples = codec.frame_samples
            self._frame_bits = codec.frame_bits
        self._frames = RATE * settings.packet_ms // 1000 // self._frame_samples
        self._delay = DELAY[settings.mode]
        self._suppresses = settings.suppress_noise
        self.packet_seconds = settings.packet_ms / 1000.0
        self.latency_seconds = self.packet_seconds + self._delay / RATE
        if self._suppresses:
            self.latency_seconds += NoiseSuppressor.delay / SUPPRESSOR_RATE
        self.concealment = "last frame again, each time at half the amplitude"

    def send(self, pcm: NDArray[np.float32]) -> SentSpeech:
        """Encodes; see OpenLoopCodec."""
        pcm = with_less_noise(pcm) if self._suppresses else pcm
        rows = packets_of(pcm, RATE, self._frames * self._frame_samples, self._delay)
        packets = []
        with fresh_codec2(self._mode) as codec:
            for row in rows:
                frames = [
                    np.unpackbits(np.frombuffer(codec.encode(frame), np.uint8))[: self._frame_bits]
                    for frame in row.reshape(self._frames, -1)
                ]
                packets.append(np.packbits(np.concatenate(frames)).tobytes())
        bits = len(packets) * self._frames * self._frame_bits
        return SentSpeech(packets, len(pcm), token_bits=bits)

    def receive(self, sent: SentSpeech, lost: NDArray[np.bool_]) -> NDArray[np.float32]:
        """Decodes; see OpenLoopCodec."""
        decoded: list[NDArray[np.int16]] = []
        last: bytes | None = None
        gain = 1.0
        with fresh_codec2(self._mode) as codec:
            for packet, is_lost in zip(sent.packets, lost, strict=True):
                for frame in [last] * self._frames if is_lost else self._split(packet):
                    gain = gain * FADE if is_lost else 1.0
                    decoded.append(self._decoded(codec, frame, gain))
                    last = frame
        return speech_of(np.concatenate(decoded), RATE, self._delay, sent.samples)

    def _split(self, packet: bytes) -> list[bytes]:
        bits = np.unpackbits(np.frombuffer(packet, np.uint8))
        bits = bits[: self._frames * self._frame_bits].reshape(self._frames, -1)
        return [np.packbits(frame).tobytes() for frame in bits]

    def _decoded(self, codec: Codec2State, frame: bytes | None, gain: float) -> NDArray[np.int16]:
        if frame is None:  # lost before anything came
            return np.zeros(self._frame_samples, dtype=np.int16)
        return (codec.decode(frame) * gain).astype(np.int16)
