# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spectrograms as small pictures."""

import io

import numpy as np
from matplotlib import colormaps
from matplotlib.image import imsave
from numpy.typing import NDArray
from scipy.signal import stft

WINDOW = 600  # samples, 25 ms at 24 kHz
HOP = 240
HIGHEST = 8000.0  # Hz, of the picture
RANGE = 70.0  # dB below the loudest that can be seen
HEIGHT = 120


def spectrogram_png(pcm: NDArray[np.float32], rate: int, loudest: float | None = None) -> bytes:
    """Picture of 0..8 kHz, low below, a column for every 10 ms.

    Args:
        pcm: float32 ``[samples]``.
        rate: Hz.
        loudest: magnitude in dB that is brightest; its own if None.
    """
    frequencies, _, spectrum = stft(pcm, rate, nperseg=WINDOW, noverlap=WINDOW - HOP)
    level = 20.0 * np.log10(np.abs(spectrum[frequencies <= HIGHEST]) + 1e-9)
    top = loudness(pcm, rate) if loudest is None else loudest
    shade = np.clip((level - top) / RANGE + 1.0, 0.0, 1.0)
    rows = np.linspace(len(shade) - 1, 0, HEIGHT).round().astype(int)
    picture = (255 * colormaps["magma"](shade[rows])[:, :, :3]).astype(np.uint8)
    file = io.BytesIO()
    imsave(file, picture, format="png", metadata={"Software": ""})
    return file.getvalue()


def loudness(pcm: NDArray[np.float32], rate: int) -> float:
    """Largest magnitude of the spectrogram in dB: the scale of an original and its copies."""
    _, _, spectrum = stft(pcm, rate, nperseg=WINDOW, noverlap=WINDOW - HOP)
    return float(20.0 * np.log10(np.abs(spectrum).max(initial=0.0) + 1e-9))
