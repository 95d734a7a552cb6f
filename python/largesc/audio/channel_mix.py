# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mixing channels down to one, without losing what cancels."""

import numpy as np
from numpy.typing import NDArray

# Channels that have nothing in common leave 1/channels of their mean power in the mean, and so
# does a single one that is not silent; less than a twentieth of that is cancelled, not mixed.
CANCELLED = 0.05
ROUNDING = 1e-12  # power, -120 dB
BLOCK = 2**14  # samples


def mixed_down(samples: NDArray[np.float32]) -> tuple[NDArray[np.float32], list[str]]:
    """Mean of the channels, or the strongest where they cancel; and what was done.

    A microphone connected the wrong way round gives two channels of opposite sign; their mean is
    silence. Constant offsets do not count.

    Args:
        samples: finite, ``[samples, channels]``.
    """
    channels = samples.shape[1]
    if channels == 1:
        return samples[:, 0], []
    mean: NDArray[np.float32] = samples.mean(axis=1, dtype=np.float32)
    powers = _powers(samples)
    if _powers(mean[:, None])[0] >= CANCELLED / channels * powers.mean() - ROUNDING:
        return mean, [f"{channels} channels mixed down to one"]
    strongest = int(powers.argmax())
    notice = f"{channels} channels cancel each other; channel {strongest + 1} alone is used"
    return samples[:, strongest], [notice]


def _powers(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """Variance of each channel, in float64, block by block: hours do not fit in it at once."""
    sums = np.zeros(samples.shape[1])
    squares = np.zeros(samples.shape[1])
    for start in range(0, len(samples), BLOCK):
        block = samples[start : start + BLOCK].astype(np.float64)
        sums += np.einsum("ij->j", block)
        squares += np.einsum("ij,ij->j", block, block)
    powers: NDArray[np.float64] = squares / len(samples) - (sums / len(samples)) ** 2
    return powers
