# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which frames a sender may be silent in, and what is to be heard then."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..frame.background import Background, autocorrelation
from .silence_detector import HANGOVER, SilenceDetector
from .voice_activity import VoiceActivity

WEIGHT = 0.2  # of a frame in the background: it follows within five


class Heard(NamedTuple):
    """Of a frame: whether the sender is silent, and what its background is; None: not told."""

    silent: bool
    sound: Background | None = None


class RestDetector:
    """Tells frame by frame whether the sender is silent.

    Without ``rest`` it is so below the threshold, see SilenceDetector, and nothing is told of the
    background. With it, it is so wherever nobody has spoken for ``hangover`` frames, too: ends of
    words are quieter than the rest of them.

    A frame is judged by all of its samples. An encoder that hears ahead codes earlier ones: the
    onset of speech is then known of before what is coded gets there.

    Args:
        threshold: dBFS; minus infinity: no level is silence by itself.
        rest: find pauses, and describe what is heard in them.
        hangover: frames after speech that are not silent.

    Raises:
        ValueError: the threshold is no number, or hangover is negative.
    """

    def __init__(self, threshold: float, rest: bool = False, hangover: int = HANGOVER):
        self._quiet = SilenceDetector(threshold, hangover)
        self._voice = VoiceActivity() if rest else None
        self._hangover = hangover
        self.reset()

    def reset(self) -> None:
        """Back to before the first frame."""
        self._quiet.reset()
        if self._voice is not None:
            self._voice.reset()
        self._without_voice = self._hangover
        self._correlation: NDArray[np.float64] | None = None

    def push(self, frame: NDArray[np.float32]) -> Heard:
        """Of the next frame, float ``[1920]`` (NaN and infinity count as 0)."""
        quiet = self._quiet.push(frame)
        if self._voice is None:
            return Heard(quiet)
        samples = np.where(np.isfinite(frame), frame, 0.0).astype(np.float64)
        speaks = self._voice.push(samples)
        self._without_voice = 0 if speaks else self._without_voice + 1
        if not quiet and self._without_voice <= self._hangover:
            return Heard(False)
        return Heard(True, self._described(samples))

    def _described(self, samples: NDArray[np.float64]) -> Background:
        """The background with this frame in it."""
        now, before = autocorrelation(samples), self._correlation
        self._correlation = now if before is None else before + WEIGHT * (now - before)
        return Background.quantised(self._correlation)
