# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""How often a radio's slots of each size are lost, by SNR: curves that were measured."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

LEAST, MOST = 0.001, 0.999  # shares of packets beyond which a few hundred of them tell nothing


class LossCurve(NamedTuple):
    """Share of packets lost by SNR: 1 / (1 + exp(slope (SNR - middle))).

    Attributes:
        middle: dB in 3 kHz at which half are lost.
        slope: above 0, by so much per dB the logarithm of lost to received packets falls.
    """

    middle: float
    slope: float

    def at(self, snr: NDArray[np.float64]) -> NDArray[np.float64]:
        """Share of packets lost at these SNRs, dB in 3 kHz."""
        lost: NDArray[np.float64] = 0.5 - 0.5 * np.tanh(0.5 * self.slope * (snr - self.middle))
        return lost


class SlotLoss(NamedTuple):
    """How slots of one size are lost.

    Attributes:
        size: bytes.
        steady: in white noise.
        fading: on paths that fade; the SNR is the mean over the fading.
    """

    size: int
    steady: LossCurve
    fading: LossCurve


def fitted_curve(points: Sequence[tuple[float, float]]) -> LossCurve:
    """The curve next to points that were measured, by least squares of the logarithms.

    Args:
        points: SNR in dB and share of packets lost, two or more.

    Raises:
        ValueError: fewer than two SNRs, a share outside 0..1, or losses that do not fall.
    """
    snr, lost = (np.array(column, dtype=np.float64) for column in zip(*points, strict=True))
    if len(set(snr.tolist())) < 2 or not (np.isfinite(snr).all() and np.isfinite(lost).all()):
        raise ValueError("a curve needs losses at two SNRs or more")
    if not ((lost >= 0.0) & (lost <= 1.0)).all():
        raise ValueError(f"a share of packets lost must be 0..1, not {lost.tolist()}")
    clipped = np.clip(lost, LEAST, MOST)
    falls, start = np.polyfit(snr, np.log(clipped / (1.0 - clipped)), 1)
    if falls >= 0.0:
        raise ValueError("fewer packets must be lost at a better SNR")
    return LossCurve(float(-start / falls), float(-falls))


def check_slot_losses(losses: Sequence[SlotLoss], slots: Sequence[int]) -> None:
    """Whether there is a curve of every slot.

    Raises:
        ValueError: there is none for one of them, two for one, or one that is no falling curve.
    """
    sizes = [one.size for one in losses]
    if len(set(sizes)) < len(sizes):
        raise ValueError(f"slot_losses has two curves for one size: {sizes}")
    for one in losses:
        for curve in (one.steady, one.fading):
            if not (math.isfinite(curve.middle) and 0.0 < curve.slope < math.inf):
                raise ValueError(
                    f"slot_losses of {one.size} bytes: {tuple(curve)} is no falling curve"
                )
    missing = sorted(set(slots) - set(sizes))
    if losses and missing:
        raise ValueError(f"slot_losses has no curve for slots of {missing[0]} bytes")
