# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many lost tokens recovery put back as they were sent, codebook by codebook."""

import numpy as np
from numpy.typing import NDArray

from ...frame.tokens import MISSING_TOKEN, TokenOrigin


def token_figures(
    sent: NDArray[np.int16],
    origin: NDArray[np.uint8],
    filled: NDArray[np.int16],
    codebooks: int,
) -> dict[str, int]:
    """Columns ``tokens_missing_K`` and ``tokens_right_K`` of the codebooks that are sent.

    Args:
        sent: int16 ``[frames, 8]``, -1 where the sender sent none: codebooks
            it left out, and silent frames.
        origin: a TokenOrigin of every token when its frame was due, uint8 ``[frames, 8]``.
        filled: what was played, int16 ``[frames, 8]``, -1 where nothing.
        codebooks: how many the sender sends.
    """
    lost = np.isin(origin, (TokenOrigin.MISSING, TokenOrigin.UNKNOWN))
    missing = lost & (sent != MISSING_TOKEN)
    right = missing & (filled == sent)
    figures = {}
    for codebook in range(codebooks):
        figures[f"tokens_missing_{codebook}"] = int(missing[:, codebook].sum())
        figures[f"tokens_right_{codebook}"] = int(right[:, codebook].sum())
    return figures
