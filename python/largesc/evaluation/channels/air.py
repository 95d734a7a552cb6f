# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Between two antennas: fading paths, an offset of frequency, white noise."""

from typing import NamedTuple

import numpy as np
from largesc_kernels import watterson_fading
from numpy.typing import NDArray

Samples = NDArray[np.complex64]

NOISE_BAND = 3000.0  # Hz, in which an SNR counts the noise


class Conditions(NamedTuple):
    """What happens to a signal.

    Attributes:
        snr_db: mean power of the signal, in the mean over its fading, by that of noise in 3 kHz.
        spread: Hz of a fading path; 0: nothing fades.
        delay: seconds of the second path.
        offset_hz: by which the receiver hears it too high.
    """

    snr_db: float
    spread: float
    delay: float
    offset_hz: float


class Air:
    """Takes a signal piece by piece; however it is cut, the same comes out.

    Args:
        conditions: what happens to it.
        sample_rate: Hz, of complex baseband.
        power: mean of |samples|^2 while there is a signal.
        seed: of fading and noise. The fading of a seed is the same at any sample rate.
    """

    def __init__(self, conditions: Conditions, sample_rate: int, power: float, seed: int):
        self._fading = (
            watterson_fading(conditions.spread, conditions.delay, sample_rate, seed)
            if conditions.spread
            else None
        )
        self._turn = 2.0 * np.pi * conditions.offset_hz / sample_rate
        density = power / 10.0 ** (conditions.snr_db / 10.0) / NOISE_BAND
        self._noise = np.sqrt(density * sample_rate / 2.0)  # of either part
        self._random = np.random.default_rng(seed)
        self._sent = 0

    def pass_on(self, samples: Samples) -> Samples:
        """What comes of samples, complex64: as many."""
        faded = samples if self._fading is None else self._fading.process(samples)
        numbers = self._sent + np.arange(len(samples))
        self._sent += len(samples)
        parts = self._random.standard_normal((len(samples), 2)) @ np.array([1.0, 1.0j])
        heard = faded * np.exp(1j * self._turn * numbers) + self._noise * parts
        return np.asarray(heard, dtype=np.complex64)
