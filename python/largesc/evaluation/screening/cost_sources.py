# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tells a controller the costs, beside those that senders have: the truth, and nothing."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ...control.cost_source import Costs, CostSource
from ...control.importance_network import ImportanceNetwork
from ...control.plain_rule import PlainRule
from ...frame.speech_facts import SpeechFacts

Told = Literal["network", "rule", "mean", "known"]


class KnownCosts:
    """Tells what was measured: the most that any network could know.

    Args:
        costs: ``[N, 2, 9]``, of the frames in the order in which they will be asked for.
    """

    def __init__(self, costs: NDArray[np.float64]):
        told = np.minimum.accumulate(np.maximum(costs, 0.0), axis=2)
        self._costs = told.astype(np.float32)
        self.mean_costs: Costs = self._costs.mean(axis=0)
        self.reset()

    def reset(self) -> None:
        """See CostSource."""
        self._next = iter(self._costs)

    def costs(self, facts: SpeechFacts) -> Costs:
        """See CostSource."""
        return next(self._next)


class MeanCurve:
    """Tells of every frame the same: nothing is known of the speech."""

    def __init__(self, mean_costs: Costs):
        self.mean_costs = mean_costs

    def reset(self) -> None:
        """See CostSource."""

    def costs(self, facts: SpeechFacts) -> Costs:
        """See CostSource."""
        return self.mean_costs


def cost_source(name: Told, known: NDArray[np.float64], network: ImportanceNetwork) -> CostSource:
    """The source of a name.

    Args:
        name: see Told.
        known: measured costs ``[N, 2, 9]``.
        network: of the checkpoint.
    """
    if name == "known":
        return KnownCosts(known)
    if name == "mean":
        return MeanCurve(network.mean_costs)
    return PlainRule() if name == "rule" else network
