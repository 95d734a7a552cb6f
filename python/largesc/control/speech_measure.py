# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Level of a frame of speech, and how much of it is new."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from ..frame.mel_scale import mel_triangles

FRAME, SAMPLE_RATE = 1920, 24000
BANDS, FFT = 40, 2048
FLOOR = -100.0  # dBFS, of level and of bands


class SpeechMeasure:
    """Goes through speech frame by frame.

    The flux is the mean, over mel bands of one spectrum per frame, of how many dB a band has gained
    since the frame before; bands that lose count as 0 (spectral flux: Dixon 2006, "Onset detection
    revisited", here of log-mel bands).

    Args:
        behind: samples by which what it measures lies behind what it is given: an encoder that
            hears ahead codes those. Before the first frame there was silence.
    """

    def __init__(self, behind: int = 0) -> None:
        self._behind = behind
        self._window = np.hanning(FRAME + 1)[:-1]
        self.reset()

    def reset(self) -> None:
        """Back to before the first frame, whose flux is against silence."""
        self._before = np.full(BANDS, FLOOR)
        self._kept = np.zeros(self._behind)

    def push(self, frame: NDArray[np.float32]) -> tuple[float, float]:
        """Level in dBFS (RMS) and flux in dB of float ``[1920]``; NaN and infinity count as 0."""
        given = np.where(np.isfinite(frame), frame, 0.0).astype(np.float64)
        joined = np.concatenate([self._kept, given])
        samples, self._kept = joined[: len(given)], joined[len(given) :]
        level = _decibels(np.mean(samples**2))
        spectrum = np.abs(np.fft.rfft(samples * self._window, FFT)) * (2.0 / self._window.sum())
        bands = _decibels(_filters() @ spectrum**2)
        gained = np.maximum(bands - self._before, 0.0)
        self._before = bands
        return float(level), float(gained.mean())


def _decibels(power: NDArray[np.float64] | float) -> NDArray[np.float64]:
    return 10.0 * np.log10(np.maximum(power, 10.0 ** (FLOOR / 10.0)))


@cache
def _filters() -> NDArray[np.float64]:
    return mel_triangles(BANDS, FFT, SAMPLE_RATE)
