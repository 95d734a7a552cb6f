# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report of so many packets tells: on fading paths less than it counts, and of good ones.

Fading is taken for that of two paths of equal power that fade by themselves (Rayleigh), as in all
HF profiles of ITU-R F.1487: the power of a slot is gamma distributed with shape 2. It says three
things. The mean of decibels is 1.2 dB below the SNR, and above that again where what a fade took is
not among what came. The mean over a window scatters as that of a few fades. And losses come with
the fades: a window tells of so many times fewer packets.
"""

import numpy as np
from numpy.typing import NDArray

from .slot_losses import SlotLoss

Floats = NDArray[np.float64]

FADES = np.arange(-25.0, 8.01, 0.5)  # dB, of a slot beside the mean
# Scatter of a told SNR, dB: in white noise that of the modem; of one fade; packets in a fade.
# Slots of modem hf by arithmetic (benchmarks/slot_figures/modelled_air.py) on MPP, -2..10 dB:
# 2.0 to 3.1 over 4 packets, 1.4 to 1.9 over 16, 0.8 to 1.2 over 50.
STEADY_SCATTER, FADE_SCATTER, OF_FADE = 0.5, 3.2, 8.0
# Losses of a window scatter as those of so many times fewer packets: there 2.0 to 2.6 over 4
# packets, 2.6 to 4.2 over 16, 2.7 to 4.6 over 50, where 5 to 70 % are lost.
MOST_CLING, CLINGS = 2.7, 4.0


def told_snr(loss: SlotLoss, snr: Floats) -> Floats:
    """Mean SNR in dB of slots of one size that came, ``[2, snr]``: steady, and where paths fade.

    Args:
        loss: of slots of that size.
        snr: of the channel, dB.
    """
    power = 10.0 ** (FADES / 10.0)
    often = power**2 * np.exp(-2.0 * power)  # gamma of shape 2, by decibel
    slot = snr[:, None] + FADES
    came = often * np.maximum(1.0 - loss.steady.at(slot), 1e-9)
    fading = (slot * came).sum(axis=1) / came.sum(axis=1)
    return np.stack([snr, fading])


def scatter(window: int) -> Floats:
    """Standard deviation of the mean SNR over so many packets, dB: steady, fading."""
    return np.array([STEADY_SCATTER, FADE_SCATTER / np.sqrt(1.0 + window / OF_FADE)])


def cling(window: int) -> Floats:
    """How many times fewer packets that are lost by themselves would tell as much: steady,
    fading."""
    return np.array([1.0, 1.0 + MOST_CLING * window / (window + CLINGS)])
