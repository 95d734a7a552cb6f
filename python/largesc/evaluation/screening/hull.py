# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lower convex hulls of costs over bit rates, and what a way saves against one."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Hull(NamedTuple):
    """Corners by rising bit rate and falling cost.

    Attributes:
        bps, cost: of each.
        places: which of the points each corner is.
    """

    bps: NDArray[np.float64]
    cost: NDArray[np.float64]
    places: list[int]

    def cost_at(self, bps: float) -> float:
        """What switching between two corners costs at a bit rate; beyond the ends as at them."""
        return float(np.interp(bps, self.bps, self.cost))

    def bps_at(self, cost: float) -> float:
        """Bit rate that it takes to cost no more; beyond the ends that of the end."""
        return float(np.interp(cost, self.cost[::-1], self.bps[::-1]))

    def saved(self, bps: float, cost: float) -> float:
        """Share of bits that a way saves against the hull at equal cost; below 0: it takes more."""
        return 1.0 - bps / self.bps_at(cost)


def lower_hull(bps: Sequence[float], cost: Sequence[float]) -> Hull:
    """Lower convex hull of points, down to the least cost (Andrew's monotone chain)."""
    x, y = np.asarray(bps, dtype=np.float64), np.asarray(cost, dtype=np.float64)
    kept: list[int] = []
    for place in np.lexsort((y, x)).tolist():
        if kept and x[kept[-1]] == x[place]:
            continue  # a dearer one at the same rate
        while len(kept) > 1 and _above(
            x[kept[-2]], y[kept[-2]], x[kept[-1]], y[kept[-1]], x[place], y[place]
        ):
            kept.pop()
        kept.append(place)
    last = int(np.argmin(y[kept]))
    kept = kept[: last + 1]
    return Hull(x[kept], y[kept], kept)


def _above(ax: float, ay: float, bx: float, by: float, cx: float, cy: float) -> bool:
    """Whether b lies on or above the line from a to c."""
    return bool((by - ay) * (cx - ax) >= (cy - ay) * (bx - ax))
