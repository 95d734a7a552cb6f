# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ways of spending bits save against the hull of all fixed allocations, with intervals."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...frame.tokens import FRAME_RATE
from .hull import Hull, lower_hull
from .ways import FIXED

NONE = "no redundancy"
COUNTED = 1000.0, 2300.0  # bit/s, between which savings are averaged


@dataclass(frozen=True)
class Point:
    """A way on a channel: bit/s of packets over active speech, dB x frames per active frame."""

    way: str
    budget: float
    bps: float
    cost: float


class ScreenedChannel:
    """What was found on one channel.

    Args:
        rows: of ``screen``, of this channel.
        resamples: how often readers are drawn anew.

    Attributes:
        loss: its label.
    """

    def __init__(self, rows: pd.DataFrame, resamples: int):
        self.loss = str(rows["loss"].iloc[0])
        self._of_ways = rows.drop_duplicates("way")[["way", "group", "budget"]].set_index("way")
        names, readers = list(self._of_ways.index), sorted(rows["reader"].unique())

        def by_reader(column: str) -> NDArray[np.float64]:
            sums = rows.pivot_table(index="way", columns="reader", values=column, aggfunc="sum")
            table: NDArray[np.float64] = sums.loc[names, readers].to_numpy(float)
            return table

        self._bits, self._cost = by_reader("bits"), by_reader("cost")
        frames = by_reader("frames")
        # The same readers are drawn for all ways and channels; first of all, each once.
        rng = np.random.default_rng(0)
        times = rng.multinomial(len(readers), np.full(len(readers), 1 / len(readers)), resamples)
        self._times = np.concatenate([np.ones((1, len(readers))), times])
        active = self._times @ frames.T
        self._bps = FRAME_RATE * (self._times @ self._bits.T) / active
        self._mean_cost = (self._times @ self._cost.T) / active

    @cached_property
    def groups(self) -> list[str]:
        """Policies of controllers, and fixed allocations without redundancy."""
        return [g for g in dict.fromkeys(self._of_ways["group"]) if g != FIXED] + [NONE]

    def points(self, group: str) -> list[Point]:
        """Of a group, by rising bit rate; ``fixed`` has all fixed allocations."""
        found = [self._point(place) for place in self._places(group)]
        return sorted(found, key=lambda point: point.bps)

    @cached_property
    def hulls(self) -> list[Hull]:
        """Of the fixed allocations: of the readers as they are, then as drawn."""
        places = self._places(FIXED)
        return [
            lower_hull(bps[places], cost[places])
            for bps, cost in zip(self._bps, self._mean_cost, strict=True)
        ]

    def corners(self) -> list[Point]:
        """Fixed allocations on the hull."""
        places = self._places(FIXED)
        return [self._point(places[corner]) for corner in self.hulls[0].places]

    def counts(self, bps: float) -> bool:
        """Whether a bit rate is between COUNTED, and not beyond the end of the hull, where fixed
        allocations have nothing more to gain."""
        return COUNTED[0] <= bps <= min(COUNTED[1], float(self.hulls[0].bps[-1]))

    def saved(self, group: str) -> NDArray[np.float64]:
        """Share of bits saved at equal cost, float64 ``[1 + resamples, points]``, of the points
        that count (:meth:`counts`); by rising bit rate."""
        places = sorted(self._places(group), key=lambda place: self._bps[0, place])
        places = [place for place in places if self.counts(self._bps[0, place])]
        return np.array(
            [
                [hull.saved(bps[place], cost[place]) for place in places]
                for hull, bps, cost in zip(self.hulls, self._bps, self._mean_cost, strict=True)
            ]
        )

    def _places(self, group: str) -> list[int]:
        if group == NONE:
            return [n for n, way in enumerate(self._of_ways.index) if way.endswith("+0")]
        return np.flatnonzero(self._of_ways["group"] == group).tolist()

    def _point(self, place: int) -> Point:
        way = str(self._of_ways.index[place])
        budget = float(self._of_ways["budget"].iloc[place])
        return Point(way, budget, float(self._bps[0, place]), float(self._mean_cost[0, place]))


def screened_channels(rows: pd.DataFrame, resamples: int) -> Iterator[ScreenedChannel]:
    """Of each channel, in the order of the rows."""
    for loss in rows["loss"].unique():
        yield ScreenedChannel(rows[rows["loss"] == loss], resamples)


def in_percent(values: NDArray[np.float64]) -> str:
    """``+3.1 [1.2, 4.9]`` of a figure followed by its resamples."""
    low, high = 100.0 * np.quantile(values[1:], (0.025, 0.975))
    return f"{100.0 * values[0]:+.1f} [{low:+.1f}, {high:+.1f}]"
