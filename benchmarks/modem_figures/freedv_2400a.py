# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The peer of profile `vhf`: FreeDV 2400A's waveform, by libcodec2."""

import ctypes

import numpy as np
from numpy.typing import NDArray

from .freedv_700e import library
from .hf_channel import Samples

MODE_2400A = 3
FRAME_BITS = 100  # that the library sends for a frame, 41.7 ms; 96 are the mode's
FRAME_BYTES = 7  # of 52 bits, the first ones
Bits = NDArray[np.uint8]


class FreeDv2400A:
    """Four-level FSK of 1200 symbols a second without a code: two frames of 52 bits a packet.

    The library's deframer (1.0.5) takes frames for shorter than it sends them and goes wrong on
    those that do not begin with a call. So its demodulator's bits are compared with those of the
    same over without noise, wherever they fit best: that is better than any receiver does. A
    packet is right if all of its 104 bits are.
    """

    name = "FreeDV 2400A"
    packet_bytes = 13
    widest_offset = 500.0  # Hz
    sample_rate = 48000

    def __init__(self) -> None:
        found = library()
        if found is None:
            raise FileNotFoundError("libcodec2 is not installed (Debian: libcodec2-1.0)")
        found.freedv_get_fsk.restype = ctypes.c_void_p
        self.library = found
        self.clean: Bits = np.zeros(0, np.uint8)  # bits of the latest over

    def transmit(self, packets: list[bytes]) -> Samples:
        handle = ctypes.c_void_p(self.library.freedv_open(MODE_2400A))
        out = (ctypes.c_short * self.library.freedv_get_n_tx_modem_samples(handle))()
        frames = []
        for packet in packets:
            digits = packet.hex()
            for half in (digits[:13], digits[13:]):
                frame = bytes.fromhex(half.ljust(2 * FRAME_BYTES, "0"))
                self.library.freedv_rawdatatx(handle, out, (ctypes.c_ubyte * 7)(*frame))
                frames.append(np.array(out, dtype=np.float64))
        self.library.freedv_close(handle)
        spectrum = np.fft.fft(np.concatenate(frames))
        spectrum[len(spectrum) // 2 :] = 0.0  # a real signal has its power on both sides
        samples = np.asarray(np.fft.ifft(spectrum), dtype=np.complex64)
        self.clean = self.bits(np.concatenate([samples, np.zeros(6000, np.complex64)]))
        return samples

    def receive(self, packets: list[bytes], samples: Samples) -> tuple[int, int]:
        heard = self.bits(samples)
        right = []
        for frame in range(2 * len(packets)):
            sent = self.clean[FRAME_BITS * frame :][:FRAME_BITS]
            right.append(self.fewest_errors(sent, heard) == 0)
        both = [first and second for first, second in zip(right[::2], right[1::2], strict=True)]
        return sum(both), 0

    def fewest_errors(self, sent: Bits, heard: Bits) -> int:
        """Wrong ones of the 52 bits of a frame, where they fit best."""
        signs = 2.0 * sent[: len(sent)] - 1.0
        fit = np.convolve(2.0 * heard - 1.0, signs[::-1], "valid")
        best = int(np.argmax(fit))
        wrong = sent != heard[best : best + len(sent)]
        return int(np.count_nonzero(wrong[self.payload()[: len(sent)]]))

    def payload(self) -> NDArray[np.bool_]:
        """Which bits of a frame differ from frame to frame."""
        frames = self.clean[: len(self.clean) // FRAME_BITS * FRAME_BITS].reshape(-1, FRAME_BITS)
        share = frames.mean(axis=0)
        return np.asarray((share > 0.2) & (share < 0.8))

    def bits(self, samples: Samples) -> Bits:
        """What the demodulator makes of samples."""
        handle = ctypes.c_void_p(self.library.freedv_open(MODE_2400A))
        fsk = ctypes.c_void_p(self.library.freedv_get_fsk(handle))
        out, at, bits = (ctypes.c_ubyte * FRAME_BITS)(), 0, []
        while at + (needed := self.library.fsk_nin(fsk)) <= len(samples):
            piece = np.ascontiguousarray(samples[at : at + needed], dtype=np.complex64)
            self.library.fsk_demod(fsk, out, piece.ctypes.data_as(ctypes.c_void_p))
            bits.append(np.array(out, dtype=np.uint8))
            at += needed
        self.library.freedv_close(handle)
        return np.concatenate(bits)
