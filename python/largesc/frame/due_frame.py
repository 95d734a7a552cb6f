# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A frame as the playout hands it on."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .background import Background
from .soft_tokens import SoftBits
from .tokens import Tokens


class DueFrame(NamedTuple):
    """A frame to be played.

    Attributes:
        frame: its number, as the sender counts.
        tokens: int16 ``[8]``, -1 where unknown.
        origin: a TokenOrigin per token, uint8 ``[8]``.
        newest: tokens of the newest frame as received, int16 ``[8]``.
        adjust: the playout's wish to keep up with the sender's clock, -2..2.
        sound: what is to be heard in silence, where the sender has told it.
        soft: ratios of the tokens' bits from packets that may not be believed, where there are any.
        trim: seconds at its beginning that are not to be played.
    """

    frame: int
    tokens: Tokens
    origin: NDArray[np.uint8]
    newest: Tokens
    adjust: int
    sound: Background | None = None
    soft: SoftBits | None = None
    trim: float = 0.0
