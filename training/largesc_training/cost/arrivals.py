# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is played of a frame and its neighbours when the frame arrives with its first tokens.

Two columns: ``received``, everything else arrives whole; ``lost``, the packets before and behind it
are lost and only what the frame itself brings, and what recovery makes of it, is heard there.
"""

import numpy as np
from largesc.codec.model_forks import Forks
from largesc.frame.tokens import MISSING_TOKEN, NUM_CODEBOOKS, TokenOrigin, Tokens
from largesc.recovery.frame_recovery import FrameRecovery
from largesc.recovery.sent_codebooks import DueTokens

COLUMNS = ("received", "lost")
COUNTS = NUM_CODEBOOKS + 1  # 0..8 tokens
BEFORE = 1  # frames before the one measured that are heard otherwise: recovery looks ahead
CODEBOOKS = np.arange(NUM_CODEBOOKS)


class Arrivals:
    """Goes through a stream that arrives whole, and tells what other arrivals would play.

    A frame that arrives with some of its tokens is one whose sender sent no more: what is behind
    them is not made up. One that arrives with none is lost.

    Args:
        recovery: it belongs to this object from now on.
        look_ahead: frames that its receiver waits.
    """

    def __init__(self, recovery: FrameRecovery, look_ahead: int):
        self._recovery, self._look_ahead = recovery, look_ahead
        self._forks = Forks(recovery)
        self.start(np.empty((0, NUM_CODEBOOKS), np.int16))

    def start(self, tokens: np.ndarray) -> None:
        """A new stream, int16 ``[frames, 8]``."""
        self._recovery.reset()
        self._tokens, self._due = tokens, 0

    def played(self, frame: int, following: int) -> np.ndarray:
        """Tokens int16 ``[2, 9, BEFORE + 1 + following, 8]`` by column and tokens that arrive.

        Args:
            frame: behind the one asked for last; not among the first ``look_ahead`` + 2.
            following: frames behind it, at least one.
        """
        self._go_to(frame - BEFORE - self._look_ahead)
        span = slice(frame - BEFORE, frame + following + 1)
        rows = np.tile(self._tokens[span], (2, COUNTS, 1, 1))
        for count in range(COUNTS):
            rows[:, count, BEFORE, count:] = MISSING_TOKEN
        rows[0, 0, BEFORE] = self._filled({frame: 0}, frame)[-1]
        apart = {frame - 1: 0, frame + 1: 0}
        common = self._forks.of(self._recovery)
        first = self._step(common, self._due, apart)
        for count in range(COUNTS):
            own = self._forks.of(common)
            steps = range(self._due + 1, frame + 2)
            made = [first] + [self._step(own, due, {**apart, frame: count}) for due in steps]
            rows[1, count, : BEFORE + 2] = made[-(BEFORE + 2) :]
        return rows

    def _go_to(self, frame: int) -> None:
        while self._due < frame:
            self._step(self._recovery, self._due, {})
            self._due += 1

    def _filled(self, arrived: dict[int, int], last: int) -> list[Tokens]:
        own = self._forks.of(self._recovery)
        return [self._step(own, due, arrived) for due in range(self._due, last + 1)]

    def _step(self, recovery: FrameRecovery, due: int, arrived: dict[int, int]) -> Tokens:
        """Tokens played of a frame; ``arrived``: how many came of those that came not whole."""
        tokens, origin = self._known(due, arrived)
        newest, _ = self._known(min(due + self._look_ahead, len(self._tokens) - 1), arrived)
        return recovery.fill(DueTokens(tokens, newest, origin)).tokens

    def _known(self, frame: int, arrived: dict[int, int]) -> tuple[Tokens, np.ndarray]:
        count = arrived.get(frame, NUM_CODEBOOKS)
        came = count > CODEBOOKS
        tokens = np.where(came, self._tokens[frame], np.int16(MISSING_TOKEN))
        behind = TokenOrigin.UNSENT if count else TokenOrigin.UNKNOWN
        return tokens, np.where(came, TokenOrigin.PRIMARY, behind).astype(np.uint8)
