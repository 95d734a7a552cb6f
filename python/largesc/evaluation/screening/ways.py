# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways to spend bits: fixed numbers of tokens, and controllers that know more or less."""

from typing import NamedTuple

from ...frame.tokens import CODE_LAGS, REPETITION, Allocation
from .cost_sources import Told

FIXED, ADAPTIVE = "fixed", "adaptive"


class Reports(NamedTuple):
    """What comes of the receiver's reports, one a second.

    Attributes:
        heard: they come at all.
        scale: of the loss rate in them.
        late: frames by which they come late.
    """

    heard: bool = True
    scale: float = 1.0
    late: int = 0


class Way(NamedTuple):
    """How a sender spends its bits.

    Attributes:
        group: of ways that make a curve: ``fixed``, or the policy of a controller.
        allocation: of each packet; None: a controller chooses it.
        budget: bit/s that it may spend.
        told: what tells it the costs.
        reports: that it hears.
    """

    group: str
    allocation: Allocation | None = None
    budget: float = 0.0
    told: Told = "network"
    reports: Reports = Reports()

    @property
    def name(self) -> str:
        """Unique among all ways: ``4+3 lag 3``, ``adaptive 1300``."""
        if self.allocation is None:
            return f"{self.group} {self.budget:g}"
        one = self.allocation
        if not one.n_redundant:
            return f"{one.n_primary}+0"
        kind = f"lag {one.lag}" if one.code == REPETITION else one.code
        return f"{one.n_primary}+{one.n_redundant} {kind}"


# Beside the controller as it is: with less knowledge, or with wrong knowledge.
POLICIES: dict[str, tuple[Told, Reports]] = {
    ADAPTIVE: ("network", Reports()),
    "plain rule": ("rule", Reports()),
    "content-only": ("network", Reports(heard=False)),
    "channel-only": ("mean", Reports()),
    "loss rate halved": ("network", Reports(scale=0.5)),
    "loss rate doubled": ("network", Reports(scale=2.0)),
    "reports 1 s late": ("network", Reports(late=12)),
    "costs known": ("known", Reports()),
}


def fixed_ways(look_ahead: int) -> list[Way]:
    """Every fixed allocation whose redundancy can come in time."""
    lags = [Allocation(8, 1, lag) for lag in range(1, look_ahead + 1)]
    codes = [
        Allocation(8, 1, 1, code)
        for code, reach in CODE_LAGS.items()
        if code != REPETITION and max(reach) <= look_ahead
    ]
    ways = [Way(FIXED, Allocation(own, 0)) for own in range(4, 9)]
    for kind in (*lags, *codes):
        ways += [
            Way(FIXED, Allocation(own, again, kind.lag, kind.code))
            for own in range(4, 9)
            for again in range(1, 8)
        ]
    return ways


def controlled_ways(budgets: list[float], other_budgets: list[float]) -> list[Way]:
    """The controller as it is with each of the budgets; every other policy with each of its own."""
    return [
        Way(group, None, budget, told, reports)
        for group, (told, reports) in POLICIES.items()
        for budget in (budgets if group == ADAPTIVE else other_budgets)
    ]
