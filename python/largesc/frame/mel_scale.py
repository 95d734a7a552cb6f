# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mel scale and its filter banks, in NumPy: what measures speech without a model needs no torch."""

import numpy as np
from numpy.typing import NDArray


def hz_to_mel(hz: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Mel value of a frequency in Hz (O'Shaughnessy 1987: 2595 log10(1 + f/700))."""
    return 2595.0 * np.log10(1.0 + np.asarray(hz, dtype=np.float64) / 700.0)


def mel_to_hz(mel: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Inverse of :func:`hz_to_mel`."""
    return 700.0 * (10.0 ** (np.asarray(mel, dtype=np.float64) / 2595.0) - 1.0)


def mel_triangles(bands: int, n_fft: int, sample_rate: int) -> NDArray[np.float64]:
    """Triangular filters of peak 1 from 0 Hz to Nyquist, evenly spaced in mel.

    Returns:
        float64 ``[bands, n_fft // 2 + 1]``; multiply a magnitude spectrum by it.
    """
    nyquist = sample_rate / 2
    bins = np.linspace(0.0, nyquist, n_fft // 2 + 1)
    edges = mel_to_hz(np.linspace(0.0, hz_to_mel(nyquist), bands + 2))
    lower, centre, upper = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising = (bins - lower) / (centre - lower)
    falling = (upper - bins) / (upper - centre)
    return np.maximum(0.0, np.minimum(rising, falling))
