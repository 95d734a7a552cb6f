# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Opus (RFC 6716) with its own concealment and its in-band forward error correction."""

import ctypes
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from ...corpus.utterance import SAMPLE_RATE
from .open_loop import OpenLoop, SentSpeech
from .opus_library import checked, opus_library
from .settings import SystemSettings
from .signal_rates import packets_of, speech_of

LARGEST_PACKET = 4000  # bytes, as opus.h recommends
# opus_defines.h
APPLICATION_VOIP = 2048
SIGNAL_VOICE = 3001
SET_BITRATE, SET_COMPLEXITY, SET_INBAND_FEC = 4002, 4010, 4012
SET_PACKET_LOSS_PERC, SET_SIGNAL, GET_LOOKAHEAD = 4014, 4024, 4027


class OpusSettings(SystemSettings):
    """Opus as an experiment file names it.

    Attributes:
        bit_rate: asked for, bit/s; what goes out is counted.
        packet_ms: speech in a packet.
        expected_loss: percent that the encoder is told to expect; above 0 every packet has a
            coarse copy of the one before (FEC), used when that one is lost.
    """

    kind: Literal["opus"] = "opus"
    bit_rate: int = Field(ge=6000, le=128000)
    packet_ms: Literal[20, 40, 60] = 20
    expected_loss: int = Field(0, ge=0, le=100)

    @model_validator(mode="after")
    def _has_room_for_fec(self) -> Self:
        if self.expected_loss and self.bit_rate < 12000:
            raise ValueError("Opus makes no FEC below about 12 kbit/s: no expected_loss then")
        return self

    def default_label(self) -> str:
        label = f"Opus {self.bit_rate / 1000:g}k"
        label += f" {self.packet_ms} ms" if self.packet_ms != 20 else ""
        return label + (" FEC" if self.expected_loss else "")

    def build(self) -> OpenLoop:
        return OpenLoop(Opus(self))


class Opus:
    """See OpenLoopCodec. Encoder: VoIP, voice, complexity 10, variable bit rate, 24 kHz.

    A lost packet comes from the copy in the next one (one packet later), or where there is none
    from the decoder's concealment.

    Raises:
        SystemUnavailable: no libopus.
    """

    def __init__(self, settings: OpusSettings):
        self._library = opus_library()
        self._settings = settings
        self._samples = SAMPLE_RATE * settings.packet_ms // 1000
        encoder = self._encoder()
        self._delay = self._lookahead(encoder)
        self._library.opus_encoder_destroy(encoder)
        self.packet_seconds = settings.packet_ms / 1000.0
        waiting = 2 if settings.expected_loss else 1
        self.latency_seconds = waiting * self.packet_seconds + self._delay / SAMPLE_RATE
        version = self._library.opus_get_version_string().decode()
        self.version = f"{version} (PyAV's)"
        fec = f"FEC for {settings.expected_loss} % loss, else " if settings.expected_loss else ""
        self.concealment = f"{fec}Opus's own"

    def send(self, pcm: NDArray[np.float32]) -> SentSpeech:
        """Encodes; see OpenLoopCodec."""
        encoder = self._encoder()
        try:
            rows = packets_of(pcm, SAMPLE_RATE, self._samples, self._delay)
            return SentSpeech([self._encoded(encoder, row) for row in rows], len(pcm))
        finally:
            self._library.opus_encoder_destroy(encoder)

    def receive(self, sent: SentSpeech, lost: NDArray[np.bool_]) -> NDArray[np.float32]:
        """Decodes; see OpenLoopCodec."""
        error = ctypes.c_int()
        decoder = ctypes.c_void_p(
            self._library.opus_decoder_create(SAMPLE_RATE, 1, ctypes.byref(error))
        )
        checked(self._library, error.value)
        try:
            decoded = [
                self._decoded(decoder, sent.packets, lost, index)
                for index in range(len(sent.packets))
            ]
        finally:
            self._library.opus_decoder_destroy(decoder)
        return speech_of(np.concatenate(decoded), SAMPLE_RATE, self._delay, sent.samples)

    def _encoder(self) -> ctypes.c_void_p:
        error = ctypes.c_int()
        encoder = ctypes.c_void_p(
            self._library.opus_encoder_create(SAMPLE_RATE, 1, APPLICATION_VOIP, ctypes.byref(error))
        )
        checked(self._library, error.value)
        loss = self._settings.expected_loss
        requests = {
            SET_BITRATE: self._settings.bit_rate,
            SET_COMPLEXITY: 10,
            SET_SIGNAL: SIGNAL_VOICE,
            SET_INBAND_FEC: int(loss > 0),
            SET_PACKET_LOSS_PERC: loss,
        }
        for request, value in requests.items():
            checked(self._library, self._library.opus_encoder_ctl(encoder, request, value))
        return encoder

    def _lookahead(self, encoder: ctypes.c_void_p) -> int:
        samples = ctypes.c_int32()
        answer = self._library.opus_encoder_ctl(encoder, GET_LOOKAHEAD, ctypes.byref(samples))
        checked(self._library, answer)
        return samples.value

    def _encoded(self, encoder: ctypes.c_void_p, row: NDArray[np.int16]) -> bytes:
        packet = ctypes.create_string_buffer(LARGEST_PACKET)
        samples = np.ascontiguousarray(row).ctypes.data_as(ctypes.POINTER(ctypes.c_int16))
        size = self._library.opus_encode(encoder, samples, len(row), packet, LARGEST_PACKET)
        return packet.raw[: checked(self._library, size)]

    def _decoded(
        self,
        decoder: ctypes.c_void_p,
        packets: list[bytes],
        lost: NDArray[np.bool_],
        index: int,
    ) -> NDArray[np.int16]:
        pcm = np.zeros(self._samples, dtype=np.int16)
        packet: bytes | None = packets[index]
        fec = 0
        if lost[index]:
            has_next = index + 1 < len(packets) and not lost[index + 1]
            fec = int(has_next and self._settings.expected_loss > 0)
            packet = packets[index + 1] if fec else None
        out = pcm.ctypes.data_as(ctypes.POINTER(ctypes.c_int16))
        size = len(packet) if packet is not None else 0
        count = self._library.opus_decode(decoder, packet, size, out, self._samples, fec)
        checked(self._library, count)
        return pcm
