# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The in-tree peer of profile `vhf`: GNU Radio's GFSK Mod and GFSK Demod."""

import zlib

import numpy as np
from gnuradio import blocks, digital, gr
from gnuradio import filter as gr_filter
from gnuradio.filter import firdes
from numpy.typing import NDArray

from .hf_channel import Samples

SYNC = np.unpackbits(np.frombuffer(bytes.fromhex("1acffc1d"), np.uint8))
MOST_WRONG = 2  # bits of the sync word
PREAMBLE = bytes([0xAA] * 16)
SYMBOL_SAMPLES = 25
CUTOFF = 3000.0  # Hz, before the demodulator
MODULATION_INDEX = 1.0


class Gfsk:
    """Packets of 13 bytes behind a sync word, CRC-32 behind them: 21 bytes per 80 ms.

    2400 symbols a second would leave 24 bits idle: they are idle. It has no code and no frequency
    recovery: sent and received on the same frequency.
    """

    name = "in-tree GFSK"
    packet_bytes = 13
    widest_offset = 0.0
    sample_rate = 60000

    def __init__(self) -> None:
        self.sensitivity = np.pi * MODULATION_INDEX / SYMBOL_SAMPLES

    def transmit(self, packets: list[bytes]) -> Samples:
        sync = np.packbits(SYNC).tobytes()
        frames = [
            sync + packet + zlib.crc32(packet).to_bytes(4, "big") + PREAMBLE[:3]
            for packet in packets
        ]
        source = blocks.vector_source_b([*PREAMBLE, *b"".join(frames), *PREAMBLE[:4]])
        modulator = digital.gfsk_mod(SYMBOL_SAMPLES, self.sensitivity, 0.5)
        sink = blocks.vector_sink_c()
        graph = gr.top_block()
        graph.connect(source, modulator, sink)
        graph.run()
        return np.array(sink.data(), dtype=np.complex64)

    def receive(self, packets: list[bytes], samples: Samples) -> tuple[int, int]:
        bits = self.demodulated(samples)
        near = np.convolve(2.0 * bits - 1.0, (2.0 * SYNC - 1.0)[::-1], "valid")
        found = set()
        for start in np.flatnonzero(near >= len(SYNC) - 2 * MOST_WRONG) + len(SYNC):
            frame = np.packbits(bits[start : start + 8 * 17]).tobytes()
            if len(frame) == 17 and zlib.crc32(frame[:13]).to_bytes(4, "big") == frame[13:]:
                found.add(frame[:13])
        right = len(found & set(packets))
        return right, len(found) - right

    def demodulated(self, samples: Samples) -> NDArray[np.uint8]:
        source = blocks.vector_source_c(samples.tolist())
        taps = firdes.low_pass(1.0, self.sample_rate, CUTOFF, 1000.0)
        low_pass = gr_filter.fir_filter_ccf(1, taps)
        demodulator = digital.gfsk_demod(SYMBOL_SAMPLES, self.sensitivity)
        sink = blocks.vector_sink_b()
        graph = gr.top_block()
        graph.connect(source, low_pass, demodulator, sink)
        graph.run()
        return np.array(sink.data(), dtype=np.uint8)
