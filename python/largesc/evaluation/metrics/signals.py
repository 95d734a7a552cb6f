# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all metrics do with their input: check it, resample it, tell silence."""

from typing import Any

import numpy as np
import soxr
from numpy.typing import NDArray

from ...corpus.utterance import SAMPLE_RATE, Utterance
from .interface import Signal

METRIC_RATE = 16000  # Hz, of the models that score

# Below the noise of 16-bit samples: nobody hears it, and models that level their input would
# score what rounding left.
SILENCE = 10.0 ** (-90.0 / 20.0)


def check_signals(utterance: Utterance, *signals: Signal) -> None:
    """Refuses what is not aligned with the utterance.

    Raises:
        ValueError: a signal is no row of samples as long as the utterance, or not finite.
    """
    samples = len(utterance.pcm)
    if samples == 0:
        raise ValueError(f"{utterance.name} has no samples")
    for signal in signals:
        if signal.shape != (samples,):
            raise ValueError(
                f"{utterance.name} has {samples} samples, what was received has shape"
                f" {signal.shape}"
            )
        if not np.isfinite(signal).all():
            raise ValueError(f"what was received of {utterance.name} is not finite")


def is_silent(signal: Signal) -> bool:
    """Whether no sample is above -90 dBFS."""
    return bool(np.abs(signal).max(initial=0.0) < SILENCE)


def at_metric_rate(signal: Signal) -> Signal:
    """The signal at 16 kHz (soxr, high quality, linear phase without delay), within full scale.

    Args:
        signal: float32 ``[samples]`` at 24 kHz.

    Returns:
        float32 ``[about 2/3 samples]``; what exceeds full scale is clipped, as a sound card would.
    """
    resampled = soxr.resample(signal.astype(np.float32), SAMPLE_RATE, METRIC_RATE)
    return np.clip(resampled, -1.0, 1.0)


class FilterBank:
    """Filters, ``[bands, bins]``, to be multiplied by a spectrum.

    numpy's matrix product adds up in another order on another number of threads; in the last bit
    only, but that changes words of a transcript. This product has one order.
    """

    def __init__(self, filters: NDArray[np.floating[Any]]) -> None:
        self._filters = filters

    def __matmul__(self, spectrum: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
        """Bands of a spectrum ``[bins, frames]``, as ``[bands, frames]``."""
        return np.einsum("bk,kt->bt", self._filters, spectrum)
