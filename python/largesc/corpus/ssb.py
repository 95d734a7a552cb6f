# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech as a microphone and a link of single sideband pass it on."""

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve, firwin, kaiserord

from .noise import mixed
from .speech_level import active_speech_level, at_level
from .utterance import SAMPLE_RATE

BAND = (300.0, 2700.0)  # Hz
EDGE = 100.0  # Hz from band to stop band: as steep as a crystal filter
STOP = 60.0  # dB
SIGNAL_TO_NOISE = 20.0  # dB, active speech level against the noise in the band


def through_ssb(pcm: NDArray[np.float32], chance: np.random.Generator) -> NDArray[np.float32]:
    """Speech of 300 to 2700 Hz at its own level, with noise of the same band 20 dB below it.

    Args:
        pcm: float32 ``[samples]`` at 24 kHz.
        chance: for the noise.

    Returns:
        In time with ``pcm``: the filter's delay is taken out.
    """
    speech = at_level(_in_band(pcm).astype(np.float32), active_speech_level(pcm))
    return mixed(speech, _in_band(chance.standard_normal(len(pcm))), SIGNAL_TO_NOISE)


def _in_band(samples: NDArray[np.float32] | NDArray[np.float64]) -> NDArray[np.float64]:
    taps, beta = kaiserord(STOP, 2.0 * EDGE / SAMPLE_RATE)
    filter_ = firwin(taps | 1, BAND, window=("kaiser", beta), pass_zero=False, fs=SAMPLE_RATE)
    half = len(filter_) // 2
    return np.asarray(fftconvolve(samples, filter_)[half : half + len(samples)], dtype=np.float64)
