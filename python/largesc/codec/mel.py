# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mel filter banks as tensors, and interpolation from bands back to bins."""

import numpy as np
import torch

from ..frame.mel_scale import hz_to_mel, mel_triangles


def mel_filter_bank(bands: int, n_fft: int, sample_rate: int) -> torch.Tensor:
    """As :func:`mel_triangles`, float32 tensor ``[bands, n_fft // 2 + 1]``."""
    return torch.from_numpy(mel_triangles(bands, n_fft, sample_rate).astype(np.float32))


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
