# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mel scale: analysis filter banks and interpolation from bands back to bins."""

import numpy as np
import torch
from numpy.typing import NDArray


def hz_to_mel(hz: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Mel value of a frequency in Hz (O'Shaughnessy 1987: 2595 log10(1 + f/700))."""
    return 2595.0 * np.log10(1.0 + np.asarray(hz, dtype=np.float64) / 700.0)


def mel_to_hz(mel: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Inverse of :func:`hz_to_mel`."""
    return 700.0 * (10.0 ** (np.asarray(mel, dtype=np.float64) / 2595.0) - 1.0)


def mel_filter_bank(bands: int, n_fft: int, sample_rate: int) -> torch.Tensor:
    """Triangular filters of peak 1 from 0 Hz to Nyquist, evenly spaced in mel.

    Returns:
        float32 tensor ``[bands, n_fft // 2 + 1]``; multiply a magnitude spectrum by it.
    """
    nyquist = sample_rate / 2
    bins = np.linspace(0.0, nyquist, n_fft // 2 + 1)
    edges = mel_to_hz(np.linspace(0.0, hz_to_mel(nyquist), bands + 2))
    lower, centre, upper = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising = (bins - lower) / (centre - lower)
    falling = (upper - bins) / (upper - centre)
    return torch.from_numpy(np.maximum(0.0, np.minimum(rising, falling)).astype(np.float32))


def mel_interpolation(bands: int, n_fft: int, sample_rate: int) -> torch.Tensor:
    """Matrix that spreads band values over spectrum bins, linearly on the mel scale.

    Returns:
        float32 tensor ``[bands, n_fft // 2 + 1]``; columns sum to 1.
    """
    nyquist = sample_rate / 2
    bins = hz_to_mel(np.linspace(0.0, nyquist, n_fft // 2 + 1))
    position = bins / hz_to_mel(nyquist) * (bands - 1)
    left = np.minimum(position.astype(int), bands - 2)
    weight = position - left
    matrix = np.zeros((bands, len(bins)), dtype=np.float32)
    columns = np.arange(len(bins))
    matrix[left, columns] = 1.0 - weight
    matrix[left + 1, columns] = weight
    return torch.from_numpy(matrix)
