# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page that says what the costs look like and what the network is worth."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from .arrivals import COLUMNS
from .comparison import USES, Comparison, Interval, interval
from .cost_set import CostSet
from .curve_shapes import ENOUGH, draw_shapes, shape_table
from .network_training import (
    fit_rule,
    mean_costs,
    parts_of,
    rule_costs,
    tell,
    train_network,
)
from .settings import ControllerSettings

PAGE, PICTURE = "controller.md", "images/costs.png"
MEAN, RULE, NETWORK = "mean curve", "plain rule", "network"


class Verdict(NamedTuple):
    """How network and rule compare.

    Attributes:
        lines: Markdown.
        beats: the network's cost is surely lower than the rule's, in percent, averaged over the
            uses, and surely higher in none.
    """

    lines: list[str]
    beats: bool


def compare(costs: CostSet, settings: ControllerSettings, seed: int) -> Verdict:
    """The network beside the rule; every frame is told by what learned from other readers."""
    names, each = np.unique(costs.readers), len(costs.readers)
    if len(names) < settings.folds:
        return Verdict([f"{len(names)} readers are too few to compare on."], False)
    told = _told(costs, settings, seed)
    judge = Comparison(costs, seed, settings.resamples)
    lines = [
        f"{each} frames of {len(names)} readers, in {settings.folds} parts: what is told of the "
        "readers of one was learned from those of the others. 95 % intervals, readers drawn anew.",
        "",
        *_ranks(judge, told),
        "",
        "| tokens per frame | all the same | mean curve | plain rule | network | truth "
        "| network less rule |",
        "|---|---|---|---|---|---|---|",
    ]
    differences: list[Interval] = []
    relative = []
    for use in USES:
        found = {name: judge.cost(own, use) for name, own in told.items()}
        every = judge.fixed(use), *found.values(), judge.truth(use)
        differences.append(interval(found[NETWORK] - found[RULE]))
        relative.append(100 * (found[NETWORK] / found[RULE] - 1))
        cells = " | ".join(str(one) for one in (*map(interval, every), differences[-1]))
        lines.append(f"| {use} | {cells} |")
    average = interval(np.mean(relative, axis=0))
    lines += ["", f"Network against rule, mean over these uses: {average} %.", ""]
    beats = average.high < 0 and all(one.low <= 0 for one in differences)
    return Verdict(lines, beats)


def _told(costs: CostSet, settings: ControllerSettings, seed: int) -> dict[str, np.ndarray]:
    """Costs ``[N, 2, 9]`` by who tells them."""
    told = {name: np.empty(costs.costs.shape) for name in (MEAN, RULE, NETWORK)}
    for apart in parts_of(costs.readers, settings.folds, seed):
        learned, other = costs.of(~apart), costs.of(apart)
        told[MEAN][apart] = mean_costs(learned)
        told[RULE][apart] = rule_costs(fit_rule(learned), other)
        told[NETWORK][apart] = tell(train_network(learned, settings, seed), other)
    return told


def _ranks(judge: Comparison, told: dict[str, np.ndarray]) -> list[str]:
    lines = [
        "| rank correlation with the measured cost | network | plain rule | difference |",
        "|---|---|---|---|",
    ]
    for column, count in ((0, 0), (0, 2), (0, 4), (1, 0), (1, 2), (1, 4)):
        network, rule = (judge.rank_correlation(told[n], column, count) for n in (NETWORK, RULE))
        cells = " | ".join(str(interval(own)) for own in (network, rule, network - rule))
        lines.append(f"| {count} tokens, neighbours {COLUMNS[column]} | {cells} |")
    return lines


def write_page(costs: CostSet, verdict: Verdict, folder: Path) -> None:
    """``controller.md`` and its picture."""
    picture = folder / PICTURE
    picture.parent.mkdir(parents=True, exist_ok=True)
    draw_shapes(costs, picture)
    facts = costs.facts
    curve = np.array2string(mean_costs(costs), precision=2, separator=", ", suppress_small=True)
    lines = [
        f"# Cost of frames that arrive in part, codec {facts['codec']}",
        "",
        f"{len(costs.readers)} frames of {len(np.unique(costs.readers))} training readers, drawn "
        "evenly over level, voicing and change, weighted as speech has them. Recovery "
        f"`{facts['recovery']}`, look-ahead {facts['look_ahead']}. D(n, m) in dB x frames: log-mel "
        "distance to what was said, summed up from the frame before to "
        f"{facts['following']} frames after, less that of the frame arriving whole.",
        "",
        f"![Mean costs by kind of frame]({PICTURE})",
        "",
        f'"Need": tokens from which on the frame costs at most {ENOUGH:g} dB x frames.',
        "",
        *shape_table(costs),
        "Mean over active speech (rows: neighbours received, lost; columns: 0 to 8 tokens):",
        "",
        *(f"    {line}" for line in curve.splitlines()),
        "",
        "## What telling them is worth",
        "",
        "Mean true cost per frame, in dB x frames, of an allocation with so many tokens per frame "
        "on average. *All the same*: every frame the mean. *Mean curve*: nothing is known of the "
        "frame. *Truth*: the measured costs of each frame, which nobody can know.",
        "",
        *verdict.lines,
        "The network beats the rule." if verdict.beats else "The network does not beat the rule.",
    ]
    (folder / PAGE).write_text("\n".join(lines) + "\n")
