# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a loudspeaker played, by time."""

import numpy as np
from numpy.typing import NDArray

from .onset_rise import envelope, lag_of, rise
from .sound_card import RATE

AFTER_S = 1.5  # longest delay that is looked for
NEAR_S = 0.16  # how far an onset may be from where the over as a whole is: two frames adjusted


class HeardTimeline:
    """Samples of a loudspeaker and when they were heard.

    Args:
        samples: float32 ``[periods, samples]`` at 48 kHz.
        begins: when each period began, s.
    """

    def __init__(self, samples: NDArray[np.float32], begins: NDArray[np.float64]):
        self._samples, self._begins = samples, begins
        self._period = samples.shape[1]

    def time_of(self, sample: int) -> float:
        """When a sample began to be heard, s.

        Raises:
            IndexError: it never was.
        """
        return float(self._begins[sample // self._period] + sample % self._period / RATE)

    def between(self, begin: float, end: float) -> NDArray[np.float32]:
        """Sound of a time, float32 ``[samples]``; where the card stood still, silence."""
        out = np.zeros(round((end - begin) * RATE), dtype=np.float32)
        for samples, begun in zip(self._samples, self._begins, strict=True):
            first = round((begun - begin) * RATE)
            if 0 <= first <= len(out) - self._period:
                out[first : first + self._period] = samples
        return out

    def delays(
        self, spoken: NDArray[np.float32], began: float, onsets: list[int]
    ) -> list[float | None]:
        """How much later than it was spoken each onset was heard, s; None where it was not.

        Args:
            spoken: float32 ``[samples]`` at 48 kHz.
            began: when its first sample was spoken, s.
            onsets: near which samples it has onsets.
        """
        heard = self.between(began, began + len(spoken) / RATE + AFTER_S)
        before, after = envelope(spoken), envelope(heard)
        lag, near = lag_of(after, before), NEAR_S * RATE
        found = []
        for onset in onsets:
            said, played = rise(before, onset, near), rise(after, onset + lag, near)
            found.append(None if said is None or played is None else (played - said) / RATE)
        return found
