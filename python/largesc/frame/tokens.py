# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a token frame is made of: token values, where they come from, how many to send."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

FRAME_RATE = 12.5  # frames per second
NUM_CODEBOOKS = 8
CARDINALITY = 2048
MISSING_TOKEN = -1  # moshi's zero_token_id: embeds to exactly zero

Tokens = NDArray[np.int16]  # [NUM_CODEBOOKS], 0..2047 or MISSING_TOKEN


class TokenOrigin(IntEnum):
    """How a token got to where the listener hears it."""

    MISSING = 0  # sent, lost, and nothing put in its place
    PRIMARY = 1  # from its own frame's packet
    REDUNDANT = 2  # from a later packet that repeats it
    RECOVERED = 3  # made up by the receiver
    UNSENT = 4  # beyond what the sender chose to send
    SILENCE = 5  # the sender said that the frame is silent, or nobody sends
    UNKNOWN = 6  # of a frame that did not come: nobody has said whether it was sent


@dataclass(frozen=True)
class Allocation:
    """How many tokens a packet carries.

    Attributes:
        n_primary: tokens of its own frame, 4..8.
        n_redundant: tokens of an earlier frame, 0..7.
        lag: how many frames earlier, 1..5; without redundant tokens it means nothing.

    Raises:
        ValueError: a number outside these ranges.
    """

    n_primary: int = 8
    n_redundant: int = 0
    lag: int = 1

    def __post_init__(self) -> None:
        for name, low, high in (("n_primary", 4, 8), ("n_redundant", 0, 7), ("lag", 1, 5)):
            value = getattr(self, name)
            if not low <= value <= high:
                raise ValueError(f"{name} must be {low}..{high}, not {value}")


def no_tokens() -> Tokens:
    """A frame with every token missing."""
    return np.full(NUM_CODEBOOKS, MISSING_TOKEN, dtype=np.int16)


def check_tokens(tokens: Any) -> Tokens:
    """Tokens as int16 ``[8]``.

    Raises:
        ValueError: another length, or a value outside -1..2047.
    """
    array = np.asarray(tokens)
    if array.shape != (NUM_CODEBOOKS,):
        raise ValueError(f"a token frame has {NUM_CODEBOOKS} tokens, not {array.size}")
    if array.min() < MISSING_TOKEN or array.max() >= CARDINALITY:
        raise ValueError(f"tokens must be -1..{CARDINALITY - 1}")
    return array.astype(np.int16)
