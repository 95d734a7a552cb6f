# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a voiced onset is heard: the rise of the envelope of a band, as sharp as 10 ms.

A source-filter codec keeps no waveform, so neither clicks nor cross-correlation of samples will
do. The band is that of the first formants; the envelope rises half-way (6 dB below the largest
value within 120 ms) at the same place before and after such a codec, to a few milliseconds.
Filters run forwards and backwards: they have no delay of their own.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from .sound_card import RATE

BAND_HZ = (150.0, 1200.0)
SMOOTH_HZ = 40.0
PLATEAU_S = 0.12
HALF = 0.5  # of the amplitude
COARSE = RATE // 1000  # samples between two values when whole overs are compared: 1 ms


@cache
def _filters() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    band = signal.butter(3, BAND_HZ, "bandpass", fs=RATE, output="sos")
    return band, signal.butter(2, SMOOTH_HZ, fs=RATE, output="sos")


def envelope(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """Amplitude in the band, float64 ``[samples]``, of samples at 48 kHz."""
    band, smooth = _filters()
    power = signal.sosfiltfilt(band, samples.astype(np.float64)) ** 2
    return np.sqrt(np.maximum(signal.sosfiltfilt(smooth, power), 0.0))


def rise(levels: NDArray[np.float64], near: float, within: float) -> float | None:
    """Where an envelope rises through half of the plateau behind it, in samples.

    Args:
        levels: an envelope.
        near: where to look, in samples.
        within: how far to both sides, in samples.
    """
    first, last = int(max(0, near - within)), int(min(len(levels), near + within))
    if last - first < 2:
        return None
    plateau = levels[first : last + int(PLATEAU_S * RATE)].max()
    above = np.flatnonzero(levels[first:last] >= HALF * plateau)
    if not len(above) or above[0] == 0:
        return None
    place = first + int(above[0])
    below, over = levels[place - 1], levels[place]
    return place - 1 + float((HALF * plateau - below) / (over - below))


def lag_of(heard: NDArray[np.float64], spoken: NDArray[np.float64]) -> int:
    """By how many samples one envelope is behind another, to a millisecond."""
    few = [levels[::COARSE] - levels.mean() for levels in (heard, spoken)]
    together = signal.correlate(few[0], few[1], mode="full", method="fft")
    return COARSE * (int(np.argmax(together)) - (len(few[1]) - 1))
