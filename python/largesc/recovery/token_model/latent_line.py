# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a lost frame lies if speech moves on a straight line through the codec's latent."""

from collections import deque
from typing import NamedTuple

from ...frame.tokens import MISSING_TOKEN, Tokens, no_tokens
from .codebook_space import CodebookSpace, Point


class Expected(NamedTuple):
    """A point and how far off it may be.

    Attributes:
        point: on the line between known frames; the last known one while none follows.
        variance: of a random walk with steps of 1 per frame: ``a`` at ``a`` frames behind the last
            known one; ``a b / (a + b)`` if one is known ``b`` frames later (Brownian bridge).
        is_held: no known frame follows.
    """

    point: Point
    variance: float
    is_held: bool


class LatentLine:
    """Follows what is known of a stream, frame by frame.

    A frame counts as known if its first codebook is. Nothing reaches across a pause.

    Args:
        space: of the codec that made the tokens.
        look_ahead: frames between the one due and the newest.

    Attributes:
        last: tokens of the last known frame; None if there is none.
    """

    last: Tokens | None

    def __init__(self, space: CodebookSpace, look_ahead: int):
        self._space = space
        self._look_ahead = look_ahead
        self.reset()

    def reset(self) -> None:
        """Back to the state before the first frame."""
        self.last = None
        self._since = 0  # frames since then
        span = self._look_ahead + 1
        self._coming = deque([no_tokens()] * span, maxlen=span)  # from the frame due to the newest

    def push(self, newest: Tokens, due: Tokens) -> Expected | None:
        """Where the frame due lies; None if it is known, or none is known before it."""
        self._coming.append(newest)
        self._since += 1
        if due[0] != MISSING_TOKEN:
            self.last, self._since = due, 0
            return None
        if self.last is None:
            return None
        for ahead in range(1, self._look_ahead + 1):
            if self._coming[ahead][0] != MISSING_TOKEN:
                span = self._since + ahead
                point = self._space.mixed(self.last, self._coming[ahead], self._since / span)
                return Expected(point, self._since * ahead / span, is_held=False)
        return Expected(self._space.point(self.last), float(self._since), is_held=True)

    def pause(self, newest: Tokens) -> None:
        """A frame that the sender says is silent takes the place of a push."""
        self._coming.append(newest)
        self.last = None
