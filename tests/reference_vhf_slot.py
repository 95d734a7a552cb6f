# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A slot of profile `vhf` as docs/modem-vhf.md has it, written apart from the kernel."""

import math

import numpy as np
from numpy.typing import NDArray

SYMBOLS = 480
SAMPLES = 10  # of a symbol
MEMORY = 12
GENERATORS = {
    7: [0o16613, 0o13027, 0o10171, 0o15551, 0o10671, 0o14715, 0o11275, 0o17417],
    13: [0o11145, 0o12477, 0o15573, 0o16727],
    23: [0o16727, 0o10675, 0o17661],
    32: [0o10533, 0o17661],
}
PILOT_BLOCKS = {0: 1, 8: -1, 12: 1, 20: 1, 26: -1, 35: -1, 41: -1, 51: 1}
WORD = [1, 1, -1, 1, 1, 1, 1, 1]


def coded_bits(packet: bytes) -> list[int]:
    """The 416 bits of the tail-biting code."""
    generators = GENERATORS[len(packet)]
    bits = [byte >> shift & 1 for byte in packet for shift in range(7, -1, -1)]
    kept = [len(bits)] * len(generators)
    for last in reversed(range(len(generators))):
        kept[last] -= min(sum(kept) - 416, len(bits))
    coded = []
    for step in range(len(bits)):
        for generator, count in zip(generators, kept, strict=True):
            if (step + 1) * count // len(bits) > step * count // len(bits):
                taps = [back for back in range(MEMORY + 1) if generator >> (MEMORY - back) & 1]
                coded.append(sum(bits[step - back] for back in taps) % 2)
    return coded


def bits_on_the_air(packet: bytes) -> list[int]:
    """Scrambled and interleaved."""
    register = len(packet) * 0x2B5 & 0x7FFF
    placed = [0] * 416
    for number, bit in enumerate(coded_bits(packet)):
        flip = (register ^ register >> 1) & 1
        register = register >> 1 | flip << 14
        placed[257 * number % 416] = bit ^ flip
    return placed


def symbols_of(packet: bytes) -> NDArray[np.int_]:
    """+1 or -1, [480]."""
    bits = iter(bits_on_the_air(packet))
    symbols = []
    for block in range(SYMBOLS // 8):
        if block in PILOT_BLOCKS:
            symbols += [PILOT_BLOCKS[block] * value for value in WORD]
        else:
            symbols += [2 * next(bits) - 1 for _ in range(8)]
    return np.array(symbols)


def turned(symbols_since: float) -> float:
    """Share of a quarter turn that is done so long after the pulse of frequency began."""

    def integral(time: float) -> float:
        k = 2 * math.pi * 0.5 / math.sqrt(math.log(2))

        def ramp(x: float) -> float:
            below = 0.5 * math.erfc(-k * x / math.sqrt(2))
            return x * below + math.exp(-0.5 * (k * x) ** 2) / (k * math.sqrt(2 * math.pi))

        return ramp(time - 1.0) - ramp(time - 2.0)

    time = min(max(symbols_since, 0.0), 3.0)
    return (integral(time) - integral(0.0)) / (integral(3.0) - integral(0.0))


def phase_of(symbols: NDArray[np.int_]) -> NDArray[np.float64]:
    """Of the samples of these symbols; right from the third symbol to the third before the end."""
    phase = np.full(len(symbols) * SAMPLES, 0.0 if symbols[0] > 0 else math.pi)
    for number in range(1, len(symbols)):
        side = symbols[number] * symbols[number - 1]
        # A pulse is symmetrical about the boundary, which lies half a sample before 10 n.
        since = (np.arange(len(phase)) - SAMPLES * number + 0.5) / SAMPLES + 1.5
        phase += side * 0.5 * math.pi * np.array([turned(time) for time in since])
    return phase
