# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Strategy ``zero``: holes stay holes."""

import numpy as np
from numpy.typing import NDArray

from ...frame.soft_tokens import SoftBits
from ...frame.tokens import NUM_CODEBOOKS, Tokens, no_tokens
from .token_recovery import known_or_nothing


class ZeroRecovery:
    """Leaves holes: a missing token adds nothing to the sum of codebook vectors."""

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
        return due

    def skip(self, newest: Tokens, due: Tokens, played: Tokens) -> None:
        pass

    def pause(self, newest: Tokens | None = None) -> None:
        pass

    def reset(self) -> None:
        self.confidence = known_or_nothing(no_tokens())
