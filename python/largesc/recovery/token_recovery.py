# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Interface of what fills missing tokens, and the two plain strategies."""

from typing import Protocol

import numpy as np

from ..link.tokens import MISSING_TOKEN, Tokens, no_tokens


class TokenRecovery(Protocol):
    """Fills the holes of one frame at a time.

    A step sees the newest frame as received and the frame now due with everything known of it
    (they are the same frame at look-ahead 0) and adds no delay of its own.
    """

    def push(self, newest: Tokens, due: Tokens) -> Tokens:
        """Tokens to play for the frame due, int16 ``[8]``; known tokens are kept."""
        ...

    def pause(self) -> None:
        """A frame that the sender says is silent takes the place of a push."""
        ...

    def reset(self) -> None:
        """Back to the state before the first frame."""
        ...


class ZeroRecovery:
    """Leaves holes: a missing token adds nothing to the sum of codebook vectors."""

    def push(self, newest: Tokens, due: Tokens) -> Tokens:
        return due

    def pause(self) -> None:
        pass

    def reset(self) -> None:
        pass


class HoldRecovery:
    """Repeats the last frame that came at least in part.

    A frame of which the first codebooks came is played as it is: the later codebooks refine the
    earlier ones of the same frame, another frame's would only add noise. What was before a pause
    is not repeated in it: a lost frame after a silent one stays empty, which decodes to silence.
    """

    def __init__(self) -> None:
        self.reset()

    def push(self, newest: Tokens, due: Tokens) -> Tokens:
        if due[0] != MISSING_TOKEN:
            self._last = due
            return due
        return np.where(due == MISSING_TOKEN, self._last, due)

    def pause(self) -> None:
        self._last = no_tokens()

    def reset(self) -> None:
        self._last = no_tokens()


STRATEGIES: dict[str, type[TokenRecovery]] = {"zero": ZeroRecovery, "hold": HoldRecovery}


def make_recovery(name: str) -> TokenRecovery:
    """The strategy of this name.

    Raises:
        ValueError: no such strategy; the message lists those there are.
    """
    if name not in STRATEGIES:
        raise ValueError(f"recovery must be one of {', '.join(STRATEGIES)}, not {name!r}")
    return STRATEGIES[name]()
