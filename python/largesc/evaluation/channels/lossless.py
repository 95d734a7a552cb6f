# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A channel on which everything arrives: what all others are compared with."""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ...link.arrival import Arrival
from .axis import LOSS_RATE
from .channel_model import ChannelModel


class Lossless(ChannelModel):
    """See ChannelModel: nothing is lost, the loss rate is 0."""

    process: Literal["none"] = "none"

    @property
    def axis(self) -> str:
        return LOSS_RATE.name

    @property
    def axis_value(self) -> float:
        return 0.0

    @property
    def label(self) -> str:
        return "no loss"

    @property
    def is_lossless(self) -> bool:
        return True

    def build(self, packet_seconds: float) -> "LosslessChannel":
        return LosslessChannel()

    def columns(self) -> dict[str, Any]:
        return super().columns() | {"loss_rate": 0.0}


class LosslessChannel:
    """See WaveformChannel: packets and samples as they were sent, at their ends."""

    def reset(self, seed: int) -> None:
        """Nothing of it is left to chance; see Channel."""

    def carry(self, packet: bytes, start: float, airtime: float) -> list[Arrival]:
        """The packet; see Channel."""
        return [Arrival(packet, start + airtime)]

    def end(self) -> list[Arrival]:
        """Nothing is on its way; see Channel."""
        return []

    def through(
        self, samples: NDArray[np.complex64], sample_rate: int, power: float
    ) -> NDArray[np.complex64]:
        """The samples; see WaveformChannel."""
        return samples
