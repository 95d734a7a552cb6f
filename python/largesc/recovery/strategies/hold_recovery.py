# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Strategy ``hold``: the last frame again."""

import numpy as np
from numpy.typing import NDArray

from ...frame.soft_tokens import SoftBits
from ...frame.tokens import MISSING_TOKEN, NUM_CODEBOOKS, Tokens, no_tokens
from .token_recovery import known_or_nothing


class HoldRecovery:
    """Repeats the last frame that came at least in part.

    A frame of which the first codebooks came is played as it is: the later codebooks refine the
    earlier ones of the same frame, another frame's would only add noise. What was before a pause
    is not repeated in it: a lost frame after a silent one stays empty. Behind silence that decodes
    to silence; behind speech it would be noise (docs/decisions.md has figures).
    """

    codec = ""
    confidence: NDArray[np.float32]

    def __init__(self) -> None:
        self.reset()

    def push(
        self,
        newest: Tokens,
        due: Tokens,
        sent: int = NUM_CODEBOOKS,
        soft: SoftBits | None = None,
    ) -> Tokens:
        self.confidence = known_or_nothing(due)
        if due[0] != MISSING_TOKEN:
            self._last = due
            return due
        return np.where(due == MISSING_TOKEN, self._last, due)

    def skip(self, newest: Tokens, due: Tokens, played: Tokens) -> None:
        self.push(newest, due)

    def pause(self, newest: Tokens | None = None) -> None:
        self._last = no_tokens()

    def reset(self) -> None:
        self._last = no_tokens()
        self.confidence = known_or_nothing(no_tokens())
