# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A strategy and what the playout knows of each token: what block and harness both do."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..frame.tokens import MISSING_TOKEN, NUM_CODEBOOKS, TokenOrigin, Tokens
from .sent_codebooks import DueTokens, SentCodebooks
from .strategies.token_recovery import TokenRecovery, known_or_nothing

CODEBOOKS = np.arange(NUM_CODEBOOKS)


class FilledFrame(NamedTuple):
    """tokens: int16 ``[8]``; origin: a TokenOrigin each, uint8 ``[8]``; confidence: float32
    ``[8]``, as TokenRecovery has it, 1 also where the sender said that it is silent."""

    tokens: Tokens
    origin: NDArray[np.uint8]
    confidence: NDArray[np.float32]


class FrameRecovery:
    """Fills what is missing in a frame by a strategy and says what was filled.

    Tokens of silence are no holes: they stay -1. Of a frame that did not come as many codebooks are
    filled as SentCodebooks thinks were sent; what is not filled of them counts as missing, what
    lies beyond stays unknown.

    Args:
        recovery: the strategy; it belongs to this object from now on.
    """

    def __init__(self, recovery: TokenRecovery):
        self._recovery = recovery
        self._sent = SentCodebooks()

    @property
    def codec(self) -> str:
        """Fingerprint of the codec whose tokens it takes; empty if any will do."""
        return self._recovery.codec

    def reset(self) -> None:
        """Back to the state before the first frame."""
        self._recovery.reset()
        self._sent.reset()

    def fill(self, due: DueTokens) -> FilledFrame:
        """The next frame.

        Raises:
            ValueError: what the strategy says of bad tokens.
        """
        silent = due.origin == TokenOrigin.SILENCE
        if silent.all():
            self._recovery.pause(due.newest)
            return as_it_came(due)
        sent = self._sent.of_next(due)
        filled = self._recovery.push(due.newest, due.tokens, sent, due.soft)
        tokens = np.where(silent, due.tokens, filled)
        recovered = (due.tokens == MISSING_TOKEN) & (tokens != MISSING_TOKEN)
        origin = due.origin.copy()
        origin[(origin == TokenOrigin.UNKNOWN) & (sent > CODEBOOKS)] = TokenOrigin.MISSING
        origin[recovered] = TokenOrigin.RECOVERED
        confidence = np.where(silent, np.float32(1), self._recovery.confidence)
        return FilledFrame(tokens, origin, confidence)

    def skip(self, due: DueTokens, played: Tokens) -> None:
        """The next frame, for which there was no time: these tokens are played instead."""
        if (due.origin == TokenOrigin.SILENCE).all():
            self._recovery.pause(due.newest)
        else:
            self._sent.of_next(due)
            self._recovery.skip(due.newest, due.tokens, played)


def as_it_came(due: DueTokens) -> FilledFrame:
    """The frame with nothing filled."""
    silent = due.origin == TokenOrigin.SILENCE
    confidence = np.where(silent, np.float32(1), known_or_nothing(due.tokens))
    return FilledFrame(due.tokens, due.origin, confidence)
