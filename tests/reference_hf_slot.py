# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A slot of profile `hf` as docs/modem.md has it, written apart from the kernel."""

import numpy as np
from numpy.typing import NDArray

CARRIERS = 72
USEFUL = 304
GUARD = 16
MEMORY = 12
GENERATORS = {
    7: [0o11145, 0o12477, 0o15537, 0o16727, 0o17661],
    13: [0o16727, 0o10675, 0o17661],
    23: [0o10533, 0o17661],
}
PILOTS = [[2, 13, 19, 31, 40, 53, 55, 64], [0, 15, 23, 28, 43, 49, 59, 69]]


def coded_bits(packet: bytes) -> list[int]:
    """The 256 bits of the tail-biting code."""
    generators = GENERATORS[len(packet)]
    bits = [byte >> shift & 1 for byte in packet for shift in range(7, -1, -1)]
    kept = [len(bits)] * len(generators)
    for last in reversed(range(len(generators))):
        kept[last] -= min(sum(kept) - 256, len(bits))
    coded = []
    for step in range(len(bits)):
        for generator, count in zip(generators, kept, strict=True):
            if (step + 1) * count // len(bits) > step * count // len(bits):
                taps = [back for back in range(MEMORY + 1) if generator >> (MEMORY - back) & 1]
                coded.append(sum(bits[step - back] for back in taps) % 2)
    return coded


def bits_on_carriers(packet: bytes) -> list[int]:
    """Scrambled and interleaved."""
    register = len(packet) * 0x2B5 & 0x7FFF
    placed = [0] * 256
    for number, bit in enumerate(coded_bits(packet)):
        flip = (register ^ register >> 1) & 1
        register = register >> 1 | flip << 14
        placed[159 * number % 256] = bit ^ flip
    return placed


def carriers_of(slot: NDArray[np.complex64]) -> NDArray[np.complex128]:
    """Values of the carriers of both symbols, [2, 72], of a slot's 640 samples."""
    frequency = (np.arange(CARRIERS) - 35.5) / USEFUL
    waves = np.exp(-2j * np.pi * np.outer(frequency, np.arange(USEFUL)))
    symbols = slot.reshape(2, GUARD + USEFUL)[:, GUARD:]
    return symbols @ waves.T / USEFUL
