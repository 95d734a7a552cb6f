# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which frames of the input are silent."""

import numpy as np
from numpy.typing import NDArray

LEAST = -200  # dBFS, quieter than any sound; beyond it somebody has mistaken something
HANGOVER = 2  # frames (160 ms) after the last loud one: ends of words are quieter than the rest


def check_threshold(threshold: float) -> None:
    """Whether this can be a threshold in dBFS.

    Raises:
        ValueError: it is neither -200..0 nor minus infinity.
    """
    if not (threshold == -np.inf or LEAST <= threshold <= 0):
        raise ValueError(
            f"silence_threshold must be {LEAST}..0 dBFS, or minus infinity for none, "
            f"not {threshold}"
        )


class SilenceDetector:
    """Tells frame by frame whether the sender is silent: by level, with a hangover.

    Args:
        threshold: dBFS; a frame whose RMS is below it is quiet (0 dBFS is RMS 1.0: the constant
            1.0). Minus infinity switches the detector off: no frame is silent.
        hangover: quiet frames that directly follow a loud one and do not yet count as silent.

    Raises:
        ValueError: the threshold is out of range, or hangover is negative.
    """

    def __init__(self, threshold: float, hangover: int = HANGOVER):
        check_threshold(threshold)
        if hangover < 0:
            raise ValueError(f"hangover must not be negative, but is {hangover}")
        self._smallest_loud_rms = 10.0 ** (threshold / 20.0)
        self._hangover = hangover
        self.reset()

    def reset(self) -> None:
        """Back to before the first frame; what is quiet from the start is silent at once."""
        self._quiet_frames = self._hangover

    def push(self, frame: NDArray[np.float32]) -> bool:
        """Whether the next frame, float ``[samples]``, is silent (NaN and infinity count as 0)."""
        samples = np.where(np.isfinite(frame), frame, 0.0).astype(np.float64)
        if np.sqrt(np.mean(samples**2)) >= self._smallest_loud_rms:
            self._quiet_frames = 0
            return False
        self._quiet_frames += 1
        return self._quiet_frames > self._hangover
