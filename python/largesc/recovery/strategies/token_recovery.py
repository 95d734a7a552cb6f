# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Interface of what fills missing tokens."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ...frame.soft_tokens import SoftBits
from ...frame.tokens import MISSING_TOKEN, NUM_CODEBOOKS, Tokens


class TokenRecovery(Protocol):
    """Fills the holes of one frame at a time.

    A step sees the newest frame as received and the frame now due with everything known of it
    (they are the same frame at look-ahead 0) and adds no delay of its own.

    Attributes:
        codec: fingerprint of the codec whose tokens it takes; empty if any will do.
        confidence: float32 ``[8]``, of the frame pushed last: 1 where a token was known, the
            model's probability of it where one was drawn, 0 where nobody knows.
    """

    codec: str
    confidence: NDArray[np.float32]

    def push(
        self,
        newest: Tokens,
        due: Tokens,
        sent: int = NUM_CODEBOOKS,
        soft: SoftBits | None = None,
    ) -> Tokens:
        """Tokens to play for the frame due, int16 ``[8]``; known tokens are kept.

        Args:
            newest: int16 ``[8]``, -1 where missing.
            due: the same.
            sent: codebooks that the sender sends, the lowest ones. What nobody sent is not lost:
                no model makes it up, unless its settings say so.
            soft: what damaged packets tell of the bits of missing tokens, if any came; strategies
                without a model do not look at it.
        """
        ...

    def skip(self, newest: Tokens, due: Tokens, played: Tokens) -> None:
        """A frame for which there was no time takes the place of a push.

        Args:
            newest, due: as in push.
            played: int16 ``[8]``, what the listener hears instead, -1 where nothing.
        """
        ...

    def pause(self, newest: Tokens | None = None) -> None:
        """A frame that the sender says is silent takes the place of a push.

        Args:
            newest: as in push; None if it is not known.
        """
        ...

    def reset(self) -> None:
        """Back to the state before the first frame."""
        ...


def known_or_nothing(tokens: Tokens) -> NDArray[np.float32]:
    """Confidence where no model is asked: 1 for known tokens, 0 for holes."""
    return (tokens != MISSING_TOKEN).astype(np.float32)
