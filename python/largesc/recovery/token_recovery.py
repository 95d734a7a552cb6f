# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Interface of what fills missing tokens, the two plain strategies, and all of them by name."""

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..link.tokens import MISSING_TOKEN, NUM_CODEBOOKS, Tokens, no_tokens
from .recovery_settings import RecoverySettings


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

    def push(self, newest: Tokens, due: Tokens, sent: int = NUM_CODEBOOKS) -> Tokens:
        """Tokens to play for the frame due, int16 ``[8]``; known tokens are kept.

        Args:
            newest: int16 ``[8]``, -1 where missing.
            due: the same.
            sent: codebooks that the sender sends, the lowest ones. What nobody sent is not lost:
                no model makes it up, unless its settings say so.
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


class ZeroRecovery:
    """Leaves holes: a missing token adds nothing to the sum of codebook vectors."""

    codec = ""
    confidence: NDArray[np.float32]

    def __init__(self) -> None:
        self.reset()

    def push(self, newest: Tokens, due: Tokens, sent: int = NUM_CODEBOOKS) -> Tokens:
        self.confidence = known_or_nothing(due)
        return due

    def skip(self, newest: Tokens, due: Tokens, played: Tokens) -> None:
        pass

    def pause(self, newest: Tokens | None = None) -> None:
        pass

    def reset(self) -> None:
        self.confidence = known_or_nothing(no_tokens())


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

    def push(self, newest: Tokens, due: Tokens, sent: int = NUM_CODEBOOKS) -> Tokens:
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


# torch takes seconds to import; who only lists the strategies, or needs no model, need not wait.


def _interpolate(settings: RecoverySettings) -> TokenRecovery:
    from .interpolation import make_interpolation

    return make_interpolation(settings)


def _base(settings: RecoverySettings) -> TokenRecovery:
    from .model_recovery import make_model_recovery

    return make_model_recovery(settings, adapted=False)


def _lora(settings: RecoverySettings) -> TokenRecovery:
    from .model_recovery import make_model_recovery

    return make_model_recovery(settings, adapted=True)


_PLAIN: dict[str, Callable[[], TokenRecovery]] = {"zero": ZeroRecovery, "hold": HoldRecovery}
_OF_A_CHECKPOINT: dict[str, Callable[[RecoverySettings], TokenRecovery]] = {
    "interpolate": _interpolate,
    "base": _base,
    "lora": _lora,
}
STRATEGIES = (*_PLAIN, *_OF_A_CHECKPOINT)


def check_strategy(name: str) -> None:
    """Whether there is a strategy of this name.

    Raises:
        ValueError: there is not; the message lists those there are.
    """
    if name not in STRATEGIES:
        raise ValueError(f"recovery must be one of {', '.join(STRATEGIES)}, not {name!r}")


def needs_checkpoint(name: str) -> bool:
    """Whether a strategy depends on RecoverySettings."""
    return name in _OF_A_CHECKPOINT


def asks_a_model(name: str) -> bool:
    """Whether a strategy runs a token model, which may take longer than there is time."""
    return name in ("base", "lora")


def make_recovery(name: str, settings: RecoverySettings | None = None) -> TokenRecovery:
    """The strategy of this name.

    Args:
        name: one of STRATEGIES.
        settings: checkpoint, look-ahead and more; zero and hold need none.

    Raises:
        ValueError: no such strategy (the message lists those there are), or one without the
            settings it needs.
        CheckpointError: the checkpoint does not have what the strategy needs.
    """
    check_strategy(name)
    if name in _PLAIN:
        return _PLAIN[name]()
    if settings is None:
        raise ValueError(f"recovery {name!r} needs to know the checkpoint and the look-ahead")
    return _OF_A_CHECKPOINT[name](settings)
