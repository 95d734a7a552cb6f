# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The low anchor of MUSHRA: what every listener places low, whatever the systems are."""

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve, firwin, kaiserord

from ...corpus.utterance import SAMPLE_RATE

PASS, STOP = 3500.0, 4000.0  # Hz
ATTENUATION = 60.0  # dB from STOP on


def low_anchor(pcm: NDArray[np.float32]) -> NDArray[np.float32]:
    """Speech without all above 3.5 kHz (ITU-R BS.1534-3, 5.1), aligned with what goes in.

    Ripple below 3.5 kHz is within 0.1 dB, attenuation from 4 kHz on 60 dB (the recommendation asks
    for 25 dB there and 50 dB from 4.5 kHz on).

    Args:
        pcm: float32 ``[samples]`` at 24 kHz.
    """
    taps, beta = kaiserord(ATTENUATION, (STOP - PASS) / (SAMPLE_RATE / 2))
    taps |= 1  # an odd number has a middle: the delay is whole samples, and cut off
    filter_ = firwin(taps, (PASS + STOP) / 2, window=("kaiser", beta), fs=SAMPLE_RATE)
    low: NDArray[np.float64] = fftconvolve(pcm.astype(np.float64), filter_, mode="full")
    return low[taps // 2 :][: len(pcm)].astype(np.float32)
