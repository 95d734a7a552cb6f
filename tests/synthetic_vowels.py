# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Vowels whose pitch is known, and the pitch of a signal."""

import numpy as np
from scipy.signal import lfilter

RATE = 24000  # Hz
# Frequency and bandwidth of four formants each, Hz.
FORMANTS = {
    "a": ((730, 80), (1090, 90), (2440, 120), (3400, 150)),
    "e": ((530, 70), (1840, 100), (2480, 120), (3500, 150)),
    "i": ((270, 60), (2290, 100), (3010, 120), (3600, 150)),
    "o": ((570, 70), (840, 80), (2410, 110), (3400, 150)),
    "u": ((300, 60), (870, 80), (2240, 110), (3300, 150)),
}
OPEN, CLOSING = 0.4, 0.16  # parts of a period in which the glottis opens and closes
SEARCHED = 40.0, 450.0  # Hz
NEARLY_BEST = 0.95  # of the best correlation: the shortest such period is the pitch


def vowel(f0: float, formants: tuple[tuple[int, int], ...], seconds: float = 1.0) -> np.ndarray:
    """Float32 at 24 kHz: Rosenberg's glottal pulses through formants, a breath of noise in it."""
    time = np.arange(round(RATE * seconds)) / RATE
    phase = (f0 * time) % 1.0
    opening = 0.5 * (1.0 - np.cos(np.pi * phase / OPEN))
    closing = np.cos(0.5 * np.pi * (phase - OPEN) / CLOSING)
    flow = np.select([phase < OPEN, phase < OPEN + CLOSING], [opening, closing], 0.0)
    breath = 1e-4 * np.random.default_rng(0).standard_normal(len(time))
    speech = np.diff(flow, prepend=0.0) + breath
    for frequency, bandwidth in formants:
        radius = np.exp(-np.pi * bandwidth / RATE)
        middle = -2.0 * radius * np.cos(2.0 * np.pi * frequency / RATE)
        speech = lfilter([1.0 + middle + radius**2], [1.0, middle, radius**2], speech)
    return (0.05 * speech / np.std(speech)).astype(np.float32)


def pitch_of(pcm: np.ndarray) -> float:
    """F0 in Hz of a voice that does not move, by its normalised autocorrelation."""
    shortest, longest = (round(RATE / f0) for f0 in reversed(SEARCHED))
    heard = pcm.astype(np.float64)
    reference = heard[: len(heard) - longest]
    correlations = []
    for lag in range(shortest, longest):
        later = heard[lag : lag + len(reference)]
        correlations.append(reference @ later / np.sqrt(reference @ reference * (later @ later)))
    found = np.array(correlations)
    peaks = np.flatnonzero((found[1:-1] >= found[:-2]) & (found[1:-1] >= found[2:])) + 1
    good = peaks[found[peaks] >= NEARLY_BEST * found[peaks].max()]
    return RATE / (shortest + int(good[0]))
