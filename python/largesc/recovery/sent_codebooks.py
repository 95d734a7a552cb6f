# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many codebooks of a frame were sent, where the frame itself did not come to tell."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..frame.soft_tokens import SoftBits
from ..frame.tokens import MISSING_TOKEN, NUM_CODEBOOKS, TokenOrigin, Tokens


class DueTokens(NamedTuple):
    """A frame due, as the playout hands it on.

    tokens, newest: int16 ``[8]``, -1 where missing; origin: a TokenOrigin each, uint8 ``[8]``;
    soft: what damaged packets tell of the tokens' bits, if any came.
    """

    tokens: Tokens
    newest: Tokens
    origin: NDArray[np.uint8]
    soft: SoftBits | None = None


class SentCodebooks:
    """Tells it of one frame after the other.

    Of a frame that came its packet says it. Of one that did not, as many are taken to be sent as
    the frame before had, or the newest that came, whichever is more: one too many costs the model
    a little time, one too few is heard as a loss of detail. Before anything came it is all.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forgets the frames so far."""
        self._before = self._newest = 0

    def of_next(self, due: DueTokens) -> int:
        """How many of the lowest codebooks of the next frame were sent, 0..8.

        Args:
            due: the frame; not one that is silent.
        """
        self._newest = _known_prefix(due.newest) or self._newest
        if (due.origin != TokenOrigin.UNKNOWN).all():
            unsent = np.flatnonzero(due.origin == TokenOrigin.UNSENT)
            self._before = int(unsent[0]) if len(unsent) else NUM_CODEBOOKS
            return self._before
        told = max(self._before, self._newest) or NUM_CODEBOOKS
        if due.soft is not None:
            told = max(told, int(np.count_nonzero(due.soft.any(axis=1))))
        return max(told, _known_prefix(due.tokens))


def _known_prefix(tokens: Tokens) -> int:
    """How many tokens stand before the first that is missing."""
    missing = np.flatnonzero(tokens == MISSING_TOKEN)
    return int(missing[0]) if len(missing) else NUM_CODEBOOKS
