# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What telling the costs is worth: the network beside the plain rule, no knowledge and the truth.

All of them are used in the same way. For a price per token each frame gets the number of tokens
with the least told cost and price; the price is that at which frames get so many tokens on average.
What counts is the true cost of what they got.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from .arrivals import COLUMNS
from .cost_set import CostSet

RESAMPLES = 1000
PRICES = np.concatenate([[0.0], np.geomspace(1e-3, 30.0, 600)])  # dB x frames per token


@dataclass(frozen=True)
class Use:
    """How costs are used.

    Attributes:
        column: 0 neighbours received, 1 lost.
        least, most: tokens that a frame may get.
        mean: tokens that frames get on average.
    """

    column: int
    least: int
    most: int
    mean: float

    def __str__(self) -> str:
        tokens = f"{self.mean:g} of {self.least} to {self.most}"
        return f"{tokens}, neighbours {COLUMNS[self.column]}"


# What is repeated, few tokens or many, neighbours received or lost; and what is sent at first.
USES = (
    *(Use(0, 0, 7, mean) for mean in (0.5, 1.0, 2.0, 4.0)),
    *(Use(1, 0, 7, mean) for mean in (0.5, 1.0, 2.0, 4.0)),
    *(Use(0, 4, 8, mean) for mean in (5.0, 6.0)),
)


@dataclass(frozen=True)
class Interval:
    """A figure and its 95 % interval, from readers drawn anew."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.2f} [{self.low:.2f}, {self.high:.2f}]"


class Comparison:
    """Compares what is told of frames with the truth.

    Args:
        truth: measured costs; readers that nothing was learned from.
        seed: of the resampling.
        resamples: how often readers are drawn anew.
    """

    def __init__(self, truth: CostSet, seed: int = 0, resamples: int = RESAMPLES):
        self._costs, self._weights = truth.costs, truth.weights
        names, self._reader = np.unique(truth.readers, return_inverse=True)
        rng = np.random.default_rng([seed, 5])
        drawn = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), resamples)
        self._times = np.concatenate([np.ones((1, len(names)), int), drawn])

    def cost(self, told: np.ndarray, use: Use) -> np.ndarray:
        """True cost per frame of an allocation by told costs, float64 ``[1 + resamples]``, the
        first of the readers as they are. Between two prices it is a mixture of both.

        Args:
            told: float ``[N, 2, 9]``.
            use: see there.
        """
        counts = np.arange(use.least, use.most + 1)
        own, true = told[:, use.column, counts], self._costs[:, use.column, counts]
        tokens, costs = [], []
        for price in (*PRICES, np.inf):
            chosen = (
                np.argmin(own + price * counts, axis=1)
                if np.isfinite(price)
                else np.zeros(len(own), int)
            )
            tokens.append(self._by_reader(counts[chosen]))
            costs.append(self._by_reader(np.take_along_axis(true, chosen[:, None], 1)[:, 0]))
        frames = self._times @ self._by_reader(np.ones(len(own)))
        means = self._times @ np.array(tokens).T / frames[:, None]
        found = self._times @ np.array(costs).T / frames[:, None]
        pairs = zip(means, found, strict=True)
        return np.array([np.interp(use.mean, mean[::-1], cost[::-1]) for mean, cost in pairs])

    def fixed(self, use: Use) -> np.ndarray:
        """The same of frames that all get the mean, or by turns the numbers beside it."""
        low = int(use.mean)
        share = use.mean - low
        own = self._costs[:, use.column]
        mixed = (1 - share) * own[:, low] + share * own[:, min(low + 1, use.most)]
        frames = self._times @ self._by_reader(np.ones(len(own)))
        costs: np.ndarray = self._times @ self._by_reader(mixed) / frames
        return costs

    def truth(self, use: Use) -> np.ndarray:
        """The same of an allocation that knows each frame's cost."""
        return self.cost(self._costs, use)

    def rank_correlation(self, told: np.ndarray, column: int, count: int) -> np.ndarray:
        """Spearman's, of what is told and measured of frames that arrive with ``count`` tokens,
        float64 ``[1 + resamples]``."""
        x, y = told[:, column, count], self._costs[:, column, count]
        found = []
        for times in self._times:
            weight = times[self._reader]
            chosen = np.repeat(np.arange(len(x)), weight)
            found.append(_correlation(rankdata(x[chosen]), rankdata(y[chosen])))
        return np.array(found)

    def _by_reader(self, values: np.ndarray) -> np.ndarray:
        """Weighted sums, ``[readers]``."""
        return np.bincount(self._reader, values * self._weights, self._times.shape[1])


def _correlation(x: np.ndarray, y: np.ndarray) -> float:
    """Pearson's; 0 where one does not vary."""
    spread = float(np.std(x) * np.std(y))
    return float(np.mean((x - x.mean()) * (y - y.mean())) / spread) if spread else 0.0


def interval(values: np.ndarray) -> Interval:
    """Of a figure followed by its resamples."""
    low, high = np.quantile(values[1:], (0.025, 0.975))
    return Interval(float(values[0]), float(low), float(high))
