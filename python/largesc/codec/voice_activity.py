# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether somebody speaks: what stands out from the background, wherever that lies."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from ..frame.tokens import FRAME_RATE

SAMPLE_RATE = 24000  # Hz
PIECE = 240  # samples, 10 ms: an onset fills one soon, however late in its frame it comes
BAND_EDGES = (100, 500, 1200, 2500, 5000, 11000)  # Hz; hum below, nothing of speech above
QUIETEST_DBFS = -70.0  # per band: what is below is as good as nothing
MARGIN_DB = 9.0  # above the background: pieces of steady noise stay below it
LOUD_DB = 18.0  # one piece so far above it is enough, otherwise two
MEMORY = int(3 * FRAME_RATE)  # frames: nobody speaks for so long without a gap in every band
START = int(FRAME_RATE)  # frames after which the background is known well enough


class VoiceActivity:
    """Tells frame by frame whether somebody speaks.

    The background is what the bands have least of within three seconds (minimum statistics:
    Martin 2001, "Noise power spectral density estimation"), which follows a fan that is switched
    on, and takes no steady noise for speech for longer. In the first second, before it is known,
    only what is as good as nothing is not taken for speech.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Back to before the first frame."""
        self._recent = np.full((MEMORY, len(BAND_EDGES) - 1), np.inf)
        self._frames = 0

    def push(self, frame: NDArray[np.float64]) -> bool:
        """Whether anybody speaks in the next frame, float ``[samples]``, a multiple of 240."""
        powers = _band_powers(frame)
        self._recent[self._frames % MEMORY] = _decibels(powers.mean(axis=0))
        self._frames += 1
        background = self._recent.min(axis=0) if self._frames > START else QUIETEST_DBFS
        above = (_decibels(powers) - background).max(axis=1)
        return bool(above.max() >= LOUD_DB or np.count_nonzero(above >= MARGIN_DB) >= 2)


def _band_powers(frame: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean square of each piece in each band, ``[pieces, bands]``."""
    pieces = frame.reshape(-1, PIECE) * np.hanning(PIECE + 1)[:-1]
    spectrum = np.abs(np.fft.rfft(pieces)) ** 2
    return (spectrum @ _bands()) * (2.0 / (PIECE * 0.375 * PIECE))


@cache
def _bands() -> NDArray[np.float64]:
    """Which bins belong to which band, ``[bins, bands]``."""
    bins = np.fft.rfftfreq(PIECE, 1.0 / SAMPLE_RATE)[:, None]
    low, high = np.array(BAND_EDGES[:-1]), np.array(BAND_EDGES[1:])
    return ((bins >= low) & (bins < high)).astype(np.float64)


def _decibels(power: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.maximum(10.0 * np.log10(power + 1e-20), QUIETEST_DBFS)
