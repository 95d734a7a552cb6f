# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many lost tokens recovery put back as they were sent, codebook by codebook."""

from collections.abc import Sequence

import numpy as np
from largesc_kernels import packet_codec
from numpy.typing import NDArray

from ...frame.tokens import MISSING_TOKEN, TokenOrigin, no_tokens


def sent_tokens(packets: Sequence[bytes], crc: bool) -> NDArray[np.int16]:
    """Tokens that the packets bring of their own frames, int16 ``[frames, 8]``.

    Args:
        packets: one per frame, those that will be lost among them.
        crc: they end in a CRC-16.

    Returns:
        -1 where the sender sent none: codebooks it left out, and frames it announced as silent.
    """
    parser = packet_codec(crc)
    tokens = np.tile(no_tokens(), (len(packets), 1))
    for frame, data in zip(tokens, packets, strict=True):
        primary = parser.parse(data).primary
        frame[: len(primary)] = primary
    return tokens


def token_figures(
    sent: NDArray[np.int16],
    origin: NDArray[np.uint8],
    filled: NDArray[np.int16],
    codebooks: int,
) -> dict[str, int]:
    """Columns ``tokens_missing_K`` and ``tokens_right_K`` of the codebooks that are sent.

    Args:
        sent: int16 ``[frames, 8]``, as :func:`sent_tokens` has them.
        origin: a TokenOrigin of every token when its frame was due, uint8 ``[frames, 8]``.
        filled: what was played, int16 ``[frames, 8]``, -1 where nothing.
        codebooks: how many the sender sends.
    """
    missing = (origin == TokenOrigin.MISSING) & (sent != MISSING_TOKEN)
    right = missing & (filled == sent)
    figures = {}
    for codebook in range(codebooks):
        figures[f"tokens_missing_{codebook}"] = int(missing[:, codebook].sum())
        figures[f"tokens_right_{codebook}"] = int(right[:, codebook].sum())
    return figures
