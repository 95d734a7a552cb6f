# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""AMR-WB (3GPP TS 26.171) at 6.6 kbit/s, with the libraries of Debian."""

import ctypes
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .interface import SystemUnavailable
from .open_loop import OpenLoop, SentSpeech
from .settings import SystemSettings
from .signal_rates import packets_of, speech_of

RATE = 16000  # Hz
FRAME = 320  # samples, 20 ms
MODE_6600 = 0
PACKAGES = {
    "libvo-amrwbenc.so.0": "libvo-amrwbenc0",
    "libopencore-amrwb.so.0": "libopencore-amrwb0",
}
LARGEST_FRAME = 64  # bytes; 23.85 kbit/s has 61
# Samples between what goes in and what comes out: look-ahead of 5 ms and filters (a test holds it).
DELAY = 95
# RFC 4867: table of contents byte with frame type 14 (speech lost) and the quality bit.
SPEECH_LOST = bytes([14 << 3 | 4]) + bytes(LARGEST_FRAME)


class AmrWbSettings(SystemSettings):
    """AMR-WB 6.6 as an experiment file names it: nothing to choose."""

    kind: Literal["amr-wb"] = "amr-wb"

    def default_label(self) -> str:
        return "AMR-WB 6.6"

    def build(self) -> OpenLoop:
        return OpenLoop(AmrWb())


@cache
def _libraries() -> tuple[ctypes.CDLL, ctypes.CDLL]:
    """Encoder and decoder."""
    found = []
    for name, package in PACKAGES.items():
        try:
            found.append(ctypes.CDLL(name))
        except OSError as error:
            raise SystemUnavailable(f"{name} is not here; get it: apt install {package}") from error
    encoder, decoder = found
    samples = ctypes.POINTER(ctypes.c_int16)
    encoder.E_IF_init.restype = decoder.D_IF_init.restype = ctypes.c_void_p
    encoder.E_IF_exit.argtypes = decoder.D_IF_exit.argtypes = [ctypes.c_void_p]
    encoder.E_IF_encode.argtypes = [
        ctypes.c_void_p,
        ctypes.c_int,
        samples,
        ctypes.c_char_p,
        ctypes.c_int,
    ]
    decoder.D_IF_decode.argtypes = [ctypes.c_void_p, ctypes.c_char_p, samples, ctypes.c_int]
    return encoder, decoder


class AmrWb:
    """See OpenLoopCodec.

    Frames as RFC 4867 stores them: a byte of header, 132 bits padded to 17 bytes.
    A lost frame is given to the decoder as "speech lost"; it conceals as 3GPP TS 26.191 says.

    Raises:
        SystemUnavailable: a library is missing.
    """

    packet_seconds = FRAME / RATE
    latency_seconds = (FRAME + DELAY) / RATE
    version = "libvo-amrwbenc.so.0, libopencore-amrwb.so.0"
    concealment = "AMR-WB's own"

    def __init__(self) -> None:
        self._encoder, self._decoder = _libraries()

    def send(self, pcm: NDArray[np.float32]) -> SentSpeech:
        """Encodes; see OpenLoopCodec."""
        state = self._encoder.E_IF_init()
        try:
            rows = packets_of(pcm, RATE, FRAME, DELAY)
            packets = [self._encoded(state, row) for row in rows]
        finally:
            self._encoder.E_IF_exit(state)
        return SentSpeech(packets, len(pcm), token_bits=132 * len(packets))

    def receive(self, sent: SentSpeech, lost: NDArray[np.bool_]) -> NDArray[np.float32]:
        """Decodes; see OpenLoopCodec."""
        state = self._decoder.D_IF_init()
        try:
            decoded = [
                self._decoded(state, SPEECH_LOST if is_lost else packet)
                for packet, is_lost in zip(sent.packets, lost, strict=True)
            ]
        finally:
            self._decoder.D_IF_exit(state)
        return speech_of(np.concatenate(decoded), RATE, DELAY, sent.samples)

    def _encoded(self, state: int, row: NDArray[np.int16]) -> bytes:
        frame = ctypes.create_string_buffer(LARGEST_FRAME)
        samples = np.ascontiguousarray(row).ctypes.data_as(ctypes.POINTER(ctypes.c_int16))
        size = self._encoder.E_IF_encode(state, MODE_6600, samples, frame, 0)
        return frame.raw[:size]

    def _decoded(self, state: int, frame: bytes) -> NDArray[np.int16]:
        pcm = np.zeros(FRAME, dtype=np.int16)
        out = pcm.ctypes.data_as(ctypes.POINTER(ctypes.c_int16))
        self._decoder.D_IF_decode(state, frame, out, 0)
        return pcm
