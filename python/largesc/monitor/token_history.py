# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the tokens of the last frames came from."""

import numpy as np
from numpy.typing import NDArray

from ..frame.tokens import NUM_CODEBOOKS

EMPTY = 255  # no frame has come yet


class TokenHistory:
    """Keeps the origins of ``frames`` frames, the newest last."""

    def __init__(self, frames: int):
        self._origins = np.empty((NUM_CODEBOOKS, frames), dtype=np.uint8)
        self.reset()

    def reset(self) -> None:
        """No frame has come."""
        self._origins.fill(EMPTY)

    def push(self, origin: NDArray[np.uint8]) -> None:
        """A frame's origins ``[8]``, codebook 0 first."""
        self._origins[:, :-1] = self._origins[:, 1:]
        self._origins[:, -1] = origin

    def map(self) -> NDArray[np.uint8]:
        """Origins ``[8, frames]``, codebook 7 first, as a picture has it."""
        return self._origins[::-1].copy()
