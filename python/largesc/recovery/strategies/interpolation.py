# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Strategy ``interpolate``: on a straight line from the last known frame to the next."""

import numpy as np
from numpy.typing import NDArray

from ...frame.soft_tokens import SoftBits
from ...frame.tokens import MISSING_TOKEN, NUM_CODEBOOKS, Tokens, no_tokens
from ..token_model.codebook_space import CodebookSpace, codebook_space
from ..token_model.latent_line import LatentLine
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
        self._line = LatentLine(space, look_ahead)
        self._fill_unsent = fill_unsent
        self.reset()

    def reset(self) -> None:
        self.confidence = known_or_nothing(no_tokens())
        self._line.reset()

    def push(
        self,
        newest: Tokens,
        due: Tokens,
        sent: int = NUM_CODEBOOKS,
        soft: SoftBits | None = None,
    ) -> Tokens:
        self.confidence = known_or_nothing(due)
        expected = self._line.push(newest, due)
        if expected is None or self._line.last is None:
            return due
        if expected.is_held:
            return np.where(due == MISSING_TOKEN, self._line.last, due)
        count = NUM_CODEBOOKS if self._fill_unsent else sent
        return self._space.nearest(expected.point, due, count)

    def skip(self, newest: Tokens, due: Tokens, played: Tokens) -> None:
        self.push(newest, due)

    def pause(self, newest: Tokens | None = None) -> None:
        self._line.pause(no_tokens() if newest is None else newest)


def make_interpolation(settings: RecoverySettings) -> InterpolateRecovery:
    """The strategy with a checkpoint's codec.

    Raises:
        CheckpointError: the checkpoint does not load.
    """
    from ...codec.checkpoint import load_codec

    codec = load_codec(settings.checkpoint)
    return InterpolateRecovery(
        codebook_space(codec), settings.look_ahead, settings.fill_unsent, codec.fingerprint
    )
