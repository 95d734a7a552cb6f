# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Strategy ``interpolate``: on a straight line from the last known frame to the next."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from ..link.tokens import MISSING_TOKEN, NUM_CODEBOOKS, Tokens, no_tokens
from .codebook_space import CodebookSpace, codebook_space
from .recovery_settings import RecoverySettings
from .token_recovery import known_or_nothing


class InterpolateRecovery:
    """Interpolates the dequantised latent and quantises it again.

    A frame counts as known if its first codebook is; such a frame is played as it is (HoldRecovery
    says why). While no known frame follows within the look-ahead, the last one is held. Nothing
    reaches across a pause.

    Args:
        space: of the codec that made the tokens.
        look_ahead: frames between the one due and the newest.
        fill_unsent: also the codebooks that nobody sent.
        codec: its fingerprint.
    """

    confidence: NDArray[np.float32]

    def __init__(
        self, space: CodebookSpace, look_ahead: int, fill_unsent: bool = False, codec: str = ""
    ):
        self.codec = codec
        self._space = space
        self._look_ahead = look_ahead
        self._fill_unsent = fill_unsent
        self.reset()

    def reset(self) -> None:
        self.confidence = known_or_nothing(no_tokens())
        self._last: Tokens | None = None  # the last known frame
        self._since = 0  # frames since then
        span = self._look_ahead + 1
        self._coming = deque([no_tokens()] * span, maxlen=span)  # from the frame due to the newest

    def push(self, newest: Tokens, due: Tokens, sent: int = NUM_CODEBOOKS) -> Tokens:
        self._coming.append(newest)
        self.confidence = known_or_nothing(due)
        self._since += 1
        if due[0] != MISSING_TOKEN:
            self._last, self._since = due, 0
            return due
        if self._last is None:
            return due
        for ahead in range(1, self._look_ahead + 1):
            if self._coming[ahead][0] != MISSING_TOKEN:
                share = self._since / (self._since + ahead)
                point = self._space.mixed(self._last, self._coming[ahead], share)
                return self._space.nearest(point, due, NUM_CODEBOOKS if self._fill_unsent else sent)
        return np.where(due == MISSING_TOKEN, self._last, due)

    def skip(self, newest: Tokens, due: Tokens, played: Tokens) -> None:
        self.push(newest, due)

    def pause(self, newest: Tokens | None = None) -> None:
        self._coming.append(no_tokens() if newest is None else newest)
        self._last = None


def make_interpolation(settings: RecoverySettings) -> InterpolateRecovery:
    """The strategy with a checkpoint's codec.

    Raises:
        CheckpointError: the checkpoint does not load.
    """
    from ..codec.checkpoint import load_codec

    codec = load_codec(settings.checkpoint)
    return InterpolateRecovery(
        codebook_space(codec), settings.look_ahead, settings.fill_unsent, codec.fingerprint
    )
