# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a loudspeaker played, by time."""

import numpy as np
from numpy.typing import NDArray

from .onset_rise import envelope, lag_of, rise
from .sound_card import RATE

AFTER_S = 1.5  # longest delay that is looked for
NEAR_S = 0.16  # how far from the expected an onset may be; pauses are more than twice as long


class HeardTimeline:
    """Samples of a loudspeaker and when they were heard.

    Args:
        samples: float32 ``[periods, samples]`` at 48 kHz.
        begins: when each period began, s.
    """

    def __init__(self, samples: NDArray[np.float32], begins: NDArray[np.float64]):
        self._samples, self._begins = samples, begins
        self._period = samples.shape[1]

    def time_of(self, sample: int) -> float | None:
        """When a sample began to be heard, s; None where it never was."""
        period, behind = divmod(sample, self._period)
        return float(self._begins[period]) + behind / RATE if period < len(self._begins) else None

    def between(self, begin: float, end: float) -> NDArray[np.float32]:
        """Sound of a time, float32 ``[samples]``; where the card stood still, silence."""
        out = np.zeros(round((end - begin) * RATE), dtype=np.float32)
        for samples, begun in zip(self._samples, self._begins, strict=True):
            first = round((begun - begin) * RATE)
            if 0 <= first <= len(out) - self._period:
                out[first : first + self._period] = samples
        return out

    def delays(
        self,
        spoken: NDArray[np.float32],
        began: float,
        onsets: list[int],
        expected: list[float | None] | None = None,
    ) -> list[float | None]:
        """How much later than it was spoken each onset was heard, s; None where it was not.

        Args:
            spoken: float32 ``[samples]`` at 48 kHz.
            began: when its first sample was spoken, s.
            onsets: near which samples it has onsets.
            expected: about how much later each should be heard, None where it should not; without,
                that by which the over as a whole is best found again.
        """
        heard = self.between(began, began + len(spoken) / RATE + AFTER_S)
        before, after = envelope(spoken), envelope(heard)
        if expected is None:
            expected = [lag_of(after, before) / RATE] * len(onsets)
        found: list[float | None] = []
        for onset, about in zip(onsets, expected, strict=True):
            said = rise(before, onset, NEAR_S * RATE)
            near = None if about is None else onset + about * RATE
            played = None if near is None else rise(after, near, NEAR_S * RATE)
            found.append(None if said is None or played is None else (played - said) / RATE)
        return found
