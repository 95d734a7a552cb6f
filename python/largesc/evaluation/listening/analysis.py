# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What answers say: means of MUSHRA with intervals, after screening; ABX against chance."""

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.stats import binomtest

from ..report.statistics import CONFIDENCE, Estimate, estimate, make_scores
from ..report.tables import NOTHING, Table
from .answers import Answers, Decision, Score
from .key import REFERENCE

# BS.1534-3, 4.1.2: who rates the hidden reference below 90 for more than 15 % of the items is not
# heard further.
LOWEST_FOR_REFERENCE = 90.0
LOW_SHARE = 0.15


@dataclass(frozen=True)
class Discrimination:
    """How often a pair was told apart.

    Attributes:
        pair: labels.
        right, trials: answers.
        p: chance of so many right answers or more by guessing, one-sided (binomial).
        low, high: 95 % interval of the share of right answers (Clopper and Pearson 1934).
    """

    pair: tuple[str, str]
    right: int
    trials: int
    p: float
    low: float
    high: float


def low_references(scores: Sequence[Score]) -> dict[str, float]:
    """Share of the items whose hidden reference a listener rated below 90, by listener."""
    rated: dict[str, list[bool]] = {score.listener: [] for score in scores}
    for score in scores:
        if score.system == REFERENCE:
            rated[score.listener].append(score.score < LOWEST_FOR_REFERENCE)
    return {k: sum(low) / len(low) if low else 1.0 for k, low in sorted(rated.items())}


def screened(scores: Sequence[Score]) -> list[Score]:
    """Scores of the listeners who know the reference when they hear it."""
    shares = low_references(scores)
    return [score for score in scores if shares[score.listener] <= LOW_SHARE]


def mean_scores(scores: Sequence[Score]) -> dict[str, Estimate]:
    """Mean by system, best first; intervals by drawing listeners, then items of each."""
    means = {}
    for system in {score.system for score in scores}:
        of_system = [score for score in scores if score.system == system]
        found = estimate(
            make_scores(
                [f"{score.listener} {score.item}" for score in of_system],
                [1] * len(of_system),
                [score.score for score in of_system],
                readers=[score.listener for score in of_system],
            )
        )
        if found is not None:
            means[system] = found
    return dict(sorted(means.items(), key=lambda item: (-item[1].value, item[0])))


def discriminations(decisions: Sequence[Decision]) -> list[Discrimination]:
    """Of every pair, over all listeners and recordings."""
    found = []
    for pair in sorted({decision.pair for decision in decisions}):
        answers = [decision.is_right for decision in decisions if decision.pair == pair]
        test = binomtest(sum(answers), len(answers), 0.5, alternative="greater")
        share = binomtest(sum(answers), len(answers)).proportion_ci(CONFIDENCE)
        found.append(
            Discrimination(
                pair, sum(answers), len(answers), float(test.pvalue), share.low, share.high
            )
        )
    return found


def answer_tables(answers: Answers) -> list[Table]:
    """All of it as text; a table for each part that has answers which count."""
    tables = []
    if answers.scores:
        tables += [_means(answers.scores), _listeners(answers.scores)]
    if answers.decisions:
        tables.append(_pairs(discriminations(answers.decisions)))
    return [table for table in tables if table.rows]


def _means(scores: Sequence[Score]) -> Table:
    kept = screened(scores)
    count = len({score.listener for score in kept})
    rows = [
        [system, _interval(found), str(found.files)] for system, found in mean_scores(kept).items()
    ]
    return Table(f"MUSHRA, listeners: {count}", ["system", "score [95 %]", "ratings"], rows)


def _listeners(scores: Sequence[Score]) -> Table:
    rows = [
        [name, f"{100 * share:.0f}", "left out" if share > LOW_SHARE else "counts"]
        for name, share in low_references(scores).items()
    ]
    title = f"Listeners (left out above {100 * LOW_SHARE:.0f} %, ITU-R BS.1534)"
    return Table(title, ["listener", "hidden reference below 90 (% of items)", ""], rows)


def _pairs(found: Sequence[Discrimination]) -> Table:
    rows = [
        [
            " and ".join(one.pair),
            f"{one.right} of {one.trials}",
            f"{100 * one.right / one.trials:.0f} [{100 * one.low:.0f}, {100 * one.high:.0f}]",
            f"{one.p:.2g}",
        ]
        for one in found
    ]
    return Table("ABX", ["pair", "right", "% [95 %]", "p of guessing so well"], rows)


def _interval(found: Estimate) -> str:
    if found.files < 2:
        return f"{found.value:.1f} {NOTHING}"
    return f"{found.value:.1f} [{found.low:.1f}, {found.high:.1f}]"
