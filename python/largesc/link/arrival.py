# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a radio or a network hands over."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Arrival(NamedTuple):
    """A packet as it came.

    Attributes:
        data: its bytes.
        time: when, in seconds on the receiver's clock; None where nobody noted it.
        snr: dB in 3 kHz; None where no radio told.
        verdict: whether the layer below found it whole; None where it has no check of its own.
        soft: log-likelihood ratio of every bit, float32 ``[8 len(data)]``, ln P(1)/P(0); None
            where only decided bits came.
        behind: seconds by which a modem found it later than its slot allowed; 0 where there are no
            slots.
    """

    data: bytes
    time: float | None = None
    snr: float | None = None
    verdict: bool | None = None
    soft: NDArray[np.float32] | None = None
    behind: float = 0.0
