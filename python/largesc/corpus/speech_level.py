# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Active speech level (ITU-T P.56, 12/2011, method B)."""

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from .utterance import SAMPLE_RATE

TIME_CONSTANT = 0.03  # s, of the envelope's two filters (P.56, 7.2)
HANGOVER = 0.2  # s
MARGIN = 15.9  # dB between level and threshold
THRESHOLDS = 2.0 ** -np.arange(1, 16)  # of full scale
ALL_INACTIVE = -100.0  # dBov


def active_speech_level(pcm: NDArray[np.float32]) -> float:
    """Level of the speech without its pauses.

    Args:
        pcm: float32 ``[samples]`` at 24 kHz, full scale 1.0.

    Returns:
        dBov: relative to a square wave of full scale; -100 if nothing is active.
    """
    energy = float(np.sum(pcm.astype(np.float64) ** 2))
    counts = _activity(pcm)
    usable = counts > 0
    if energy == 0.0 or not usable.any():
        return ALL_INACTIVE
    levels = 10.0 * np.log10(energy / counts[usable])
    thresholds = 20.0 * np.log10(THRESHOLDS[usable])
    above = levels - thresholds - MARGIN
    # From the loudest threshold down, the distance grows; it is the margin somewhere between two.
    crossing = int(np.argmax(above >= 0.0))
    if above[crossing] < 0.0 or crossing == 0:
        return float(levels[crossing if above[crossing] >= 0.0 else -1])
    share = above[crossing] / (above[crossing] - above[crossing - 1])
    return float(levels[crossing] + share * (levels[crossing - 1] - levels[crossing]))


def at_level(pcm: NDArray[np.float32], level: float) -> NDArray[np.float32]:
    """The speech at an active level in dBov, or just below full scale if that would clip it."""
    gain = 10.0 ** ((level - active_speech_level(pcm)) / 20.0)
    peak = float(np.abs(pcm).max(initial=0.0))
    return (pcm * min(gain, 0.99 / max(peak, 1e-9))).astype(np.float32)


def _activity(pcm: NDArray[np.float32]) -> NDArray[np.float64]:
    """Samples during which the envelope is, or shortly before was, at each threshold."""
    pole = np.exp(-1.0 / (SAMPLE_RATE * TIME_CONSTANT))
    envelope = np.abs(pcm.astype(np.float64))
    for _ in range(2):
        envelope = lfilter([1.0 - pole], [1.0, -pole], envelope)
    hangover = round(HANGOVER * SAMPLE_RATE)
    index = np.arange(len(pcm))
    counts = []
    for threshold in THRESHOLDS:
        last = np.maximum.accumulate(np.where(envelope >= threshold, index, -hangover - 1))
        counts.append(np.count_nonzero(index - last <= hangover))
    return np.array(counts, dtype=np.float64)
