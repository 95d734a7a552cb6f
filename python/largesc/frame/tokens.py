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
FRAME_STEPS = 8  # of 10 ms in a frame: what encoder and decoder of `mini` reckon in
NUM_CODEBOOKS = 8
CARDINALITY = 2048
MISSING_TOKEN = -1  # moshi's zero_token_id: embeds to exactly zero

LONGEST_LAG = 12  # frames: the longest look-ahead of a receiver
# What redundant tokens are: how many frames earlier those are that a code combines. A repetition's
# lag is to be chosen.
REPETITION = "repetition"
CODE_LAGS: dict[str, tuple[int, ...]] = {REPETITION: (), "xor_pair": (1, 3), "window": (1, 3, 5)}

Tokens = NDArray[np.int16]  # [NUM_CODEBOOKS], 0..2047 or MISSING_TOKEN


class TokenOrigin(IntEnum):
    """How a token got to where the listener hears it."""

    MISSING = 0  # sent, lost, and nothing put in its place
    PRIMARY = 1  # from its own frame's packet
    REDUNDANT = 2  # from later packets that repeat it, or combine it with others
    RECOVERED = 3  # made up by the receiver
    UNSENT = 4  # beyond what the sender chose to send
    SILENCE = 5  # the sender said that the frame is silent, or nobody sends
    UNKNOWN = 6  # of a frame that did not come: nobody has said whether it was sent


@dataclass(frozen=True)
class Allocation:
    """How many tokens a packet carries, and of which frames.

    Attributes:
        n_primary: tokens of its own frame, 4..8.
        n_redundant: tokens of an earlier frame, or of several combined, 0..7.
        lag: how many frames earlier, 1..12; where several are combined, or without redundant
            tokens, it means nothing.
        code: what the redundant tokens are, a key of CODE_LAGS.

    Raises:
        ValueError: a number outside these ranges, or another code.
    """

    n_primary: int = 8
    n_redundant: int = 0
    lag: int = 1
    code: str = REPETITION

    def __post_init__(self) -> None:
        ranges = (("n_primary", 4, 8), ("n_redundant", 0, 7), ("lag", 1, LONGEST_LAG))
        for name, low, high in ranges:
            value = getattr(self, name)
            if not low <= value <= high:
                raise ValueError(f"{name} must be {low}..{high}, not {value}")
        if self.code not in CODE_LAGS:
            raise ValueError(f"code must be one of {', '.join(CODE_LAGS)}, not {self.code!r}")

    @property
    def reach(self) -> int:
        """Frames that a receiver must wait for all that the redundancy can tell; 0 without any."""
        if not self.n_redundant:
            return 0
        return max(CODE_LAGS[self.code], default=self.lag)


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
