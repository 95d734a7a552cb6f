# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The peer: FreeDV 700E, 56 bits per 80 ms, by libcodec2 (Debian: libcodec2-1.0)."""

import ctypes
import ctypes.util

import numpy as np
from numpy.typing import NDArray
from scipy.signal import hilbert

from .hf_channel import SAMPLE_RATE, Samples

MODE_700E = 13
MIDDLE = 1500.0  # Hz, of its carriers
INT16_P = ctypes.POINTER(ctypes.c_short)


def library() -> ctypes.CDLL | None:
    """libcodec2, None where there is none."""
    name = ctypes.util.find_library("codec2")
    if not name:
        return None
    found = ctypes.CDLL(name)
    found.freedv_open.restype = ctypes.c_void_p
    return found


def to_audio(samples: Samples) -> NDArray[np.float64]:
    """What an SSB receiver gives: nothing of what lies below its carrier folds into it."""
    spectrum = np.fft.fft(samples * turned(len(samples), MIDDLE))
    spectrum[len(samples) // 2 :] = 0.0
    return np.real(np.fft.ifft(spectrum))


def turned(count: int, hertz: float) -> NDArray[np.complex128]:
    return np.exp(2j * np.pi * hertz * np.arange(count) / SAMPLE_RATE)


class FreeDv700E:
    """Its waveform, clipped and filtered as on the air, with the library's own test frames.

    The payload is the library's, the same in every frame; the library counts packets that its LDPC
    decoder got right. What is counted as received may not be believed by a receiver that knows no
    payload: 700E has no check value.
    """

    name = "FreeDV 700E"
    packet_bytes = 7
    widest_offset = 20.0  # it looks no further
    sample_rate = SAMPLE_RATE

    def __init__(self) -> None:
        found = library()
        if found is None:
            raise FileNotFoundError("libcodec2 is not installed (Debian: libcodec2-1.0)")
        self.library = found

    def open(self) -> ctypes.c_void_p:
        handle = ctypes.c_void_p(self.library.freedv_open(MODE_700E))
        self.library.freedv_set_test_frames(handle, 1)
        self.library.freedv_set_clip(handle, 1)
        self.library.freedv_set_tx_bpf(handle, 1)
        return handle

    def transmit(self, packets: list[bytes]) -> Samples:
        handle = self.open()
        count = self.library.freedv_get_n_nom_modem_samples(handle)
        speech = (ctypes.c_short * self.library.freedv_get_n_speech_samples(handle))()
        out = (ctypes.c_short * count)()
        frames = []
        for _ in packets:
            self.library.freedv_tx(handle, out, speech)
            frames.append(np.array(out, dtype=np.float64))
        self.library.freedv_close(handle)
        audio = np.concatenate(frames)
        return np.asarray(hilbert(audio) * turned(len(audio), -MIDDLE), dtype=np.complex64)

    def receive(self, packets: list[bytes], samples: Samples) -> tuple[int, int]:
        handle = self.open()
        audio = to_audio(samples)
        pcm = np.clip(audio * 3000.0 / np.std(audio), -32000, 32000).astype(np.int16)
        speech = (ctypes.c_short * 4096)()
        at = 0
        while at + (needed := self.library.freedv_nin(handle)) <= len(pcm):
            piece = np.ascontiguousarray(pcm[at : at + needed])
            self.library.freedv_rx(handle, speech, piece.ctypes.data_as(INT16_P))
            at += needed
        right = self.library.freedv_get_total_packets(handle)
        right -= self.library.freedv_get_total_packet_errors(handle)
        self.library.freedv_close(handle)
        return min(right, len(packets)), 0
