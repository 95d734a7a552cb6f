# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Playing a frame less or more where it is not heard: how a receiver follows another's clock."""

import numpy as np
from numpy.typing import NDArray

from ..frame.tokens import FRAME_RATE

SAMPLE_RATE = 24000  # Hz
FADE = SAMPLE_RATE // 200  # samples, 5 ms
QUIET_DBFS = -50.0  # a frame below it is a pause, whatever was before
BELOW_SPEECH_DB = 25.0  # and so is one so far below the speech
DECAY_DB = 3.0 / FRAME_RATE  # per frame: the speech level falls by 3 dB per second at most
FRAMES_BETWEEN = int(np.ceil(FRAME_RATE))  # one adjustment per second at most

Frame = NDArray[np.float32]


class PauseAdjustment:
    """Leaves out or repeats decoded frames in pauses, on request, with short cross-fades.

    A wish stays until it is done, until another takes its place, or until 0 withdraws it. After
    an adjustment there is none for a second, urgent or not, so that its effect can be seen first.

    Attributes:
        skipped, repeated: frames left out and played twice in pauses. forced: frames left out or
            played twice because it was urgent, wherever they were.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Back to before the first frame, counters at zero."""
        self.skipped = self.repeated = self.forced = 0
        self._wish = 0
        self._speech_dbfs = QUIET_DBFS
        self._last: Frame | None = None  # as decoded
        self._last_is_pause = False
        self._fade_from: Frame | None = None  # start of the frame that was left out
        self._since_adjustment = FRAMES_BETWEEN

    def push(self, frame: Frame, wish: int | None = None, trim: int = 0) -> list[Frame]:
        """What to play for the next decoded frame: nothing, the frame, or the frame and again.

        Args:
            frame: float32 ``[samples]``, at least 240; it is not changed.
            wish: -1 one frame less at the next pause, +1 one more; -2 and +2 at once; 0 none
                (any more); None says nothing new.
            trim: samples at the frame's beginning that are not played, where a stream begins; 5 ms
                of it stay.
        """
        if wish is not None:
            self._wish = wish
        is_pause = self._is_pause(frame)
        to_play = [self._faded_in(frame)]
        self._since_adjustment += 1
        if self._wish and self._since_adjustment > FRAMES_BETWEEN and self._last is not None:
            urgent = abs(self._wish) == 2
            if self._wish > 0 and (is_pause or urgent):
                to_play = [_faded(frame, self._last[-FADE:], at_end=True), frame]
                self._count(urgent, skipped=False)
            elif self._wish < 0 and ((is_pause and self._last_is_pause) or urgent):
                self._fade_from = frame[:FADE]
                to_play = []
                self._count(urgent, skipped=True)
        self._last, self._last_is_pause = frame, is_pause
        if trim and to_play:
            rest = to_play[0][min(trim, len(frame) - FADE) :]
            to_play[0] = _faded(rest, to_play[0][:FADE], at_end=False)
        return to_play

    def _is_pause(self, frame: Frame) -> bool:
        level = 20.0 * np.log10(np.sqrt(np.mean(frame.astype(np.float64) ** 2)) + 1e-10)
        self._speech_dbfs = max(float(level), self._speech_dbfs - DECAY_DB)
        return bool(level < max(QUIET_DBFS, self._speech_dbfs - BELOW_SPEECH_DB))

    def _faded_in(self, frame: Frame) -> Frame:
        """The frame after one that was left out begins as that one did, and so joins on."""
        if self._fade_from is None:
            return frame
        begin, self._fade_from = self._fade_from, None
        return _faded(frame, begin, at_end=False)

    def _count(self, urgent: bool, skipped: bool) -> None:
        if urgent:
            self.forced += 1
        elif skipped:
            self.skipped += 1
        else:
            self.repeated += 1
        self._wish, self._since_adjustment = 0, 0


def _faded(frame: Frame, other: Frame, at_end: bool) -> Frame:
    """The frame with its end fading into ``other``, or its begin fading out of it."""
    weight = (np.arange(1, FADE + 1) / (FADE + 1)).astype(np.float32)
    faded = frame.copy()
    if at_end:
        faded[-FADE:] += weight * (other - frame[-FADE:])
    else:
        faded[:FADE] += weight[::-1] * (other - frame[:FADE])
    return faded
