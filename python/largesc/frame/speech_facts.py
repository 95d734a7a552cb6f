# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a sender knows of a frame of speech beside its tokens."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class SpeechFacts(NamedTuple):
    """Of one frame.

    Attributes:
        level: RMS in dBFS, -100 or more.
        flux: dB, how much louder its bands are than in the frame before, see SpeechMeasure.
        latent: float32 ``[dimension]``, unquantised, as the codec's encoder gives it; None if it
            is not known.
    """

    level: float
    flux: float
    latent: NDArray[np.float32] | None = None
