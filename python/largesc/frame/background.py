# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be heard where nobody speaks: level and coarse spectrum, in few bits."""

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

MAX_LEVEL, MAX_TILT, MAX_BEND = 31, 15, 7
LEVEL_ZERO, LEVEL_STEP = -92.0, 2.0  # dBFS of level 0, which says nothing instead; dB
TILT_ZERO, TILT_STEP = -0.25, 0.2  # of the coefficient's inverse hyperbolic tangent
BEND_ZERO, BEND_STEP = -1.25, 0.25  # likewise


class Background(NamedTuple):
    """Noise of an all-pole model of second order, in the steps of docs/packet-format.md.

    Attributes:
        level: 0 for nothing to be heard; 1..31 for an RMS of -90..-30 dBFS.
        tilt: 0..15, the first reflection coefficient: how much its low frequencies outweigh.
        bend: 0..7, the second one.
    """

    level: int
    tilt: int
    bend: int

    @classmethod
    def quantised(cls, correlation: NDArray[np.float64]) -> Self:
        """The nearest to a signal with this autocorrelation.

        Args:
            correlation: mean products ``[3]`` of samples 0, 1 and 2 apart at 24 kHz, full scale
                1.0; the first is the mean square.
        """
        power = float(correlation[0])
        level = (10.0 * np.log10(max(power, 1e-20)) - LEVEL_ZERO) / LEVEL_STEP
        if level < 0.5:
            return cls(0, 0, 0)
        first, second = correlation[1:] / power
        tilt = np.clip(first, -0.999999, 0.999999)
        bend = np.clip((second - tilt**2) / (1.0 - tilt**2), -0.999999, 0.999999)
        return cls(
            _step(level, MAX_LEVEL),
            _step((np.arctanh(tilt) - TILT_ZERO) / TILT_STEP, MAX_TILT),
            _step((np.arctanh(bend) - BEND_ZERO) / BEND_STEP, MAX_BEND),
        )

    @property
    def rms(self) -> float:
        """Full scale 1.0; 0 where there is nothing to be heard."""
        dbfs = LEVEL_ZERO + LEVEL_STEP * self.level
        return float(10.0 ** (dbfs / 20.0)) if self.level else 0.0

    @property
    def reflections(self) -> tuple[float, float]:
        """Both reflection coefficients, -1..1."""
        tilt = np.tanh(TILT_ZERO + TILT_STEP * self.tilt)
        bend = np.tanh(BEND_ZERO + BEND_STEP * self.bend)
        return float(tilt), float(bend)


def autocorrelation(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean products ``[3]`` of samples 0, 1 and 2 apart."""
    products = [samples[lag:] @ samples[: len(samples) - lag] for lag in range(3)]
    return np.array(products) / len(samples)


def _step(value: float, most: int) -> int:
    return int(np.clip(np.floor(value + 0.5), 0, most))
