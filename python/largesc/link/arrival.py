# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a radio or a network hands over of a packet."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Arrival(NamedTuple):
    """A packet that came, with what the layer below knows of it.

    Attributes:
        data: bytes of the packet.
        time: s, on the receiver's clock, when it had come; None if nobody says.
        snr: signal-to-noise ratio in 3 kHz, dB; None if not measured.
        verdict: whether a check of the layer below held; None if it has none. False: damaged.
        soft: log-likelihood ratios of the bits, float32 ``[8 * len(data)]``; None if not known.
    """

    data: bytes
    time: float | None = None
    snr: float | None = None
    verdict: bool | None = None
    soft: NDArray[np.float32] | None = None
