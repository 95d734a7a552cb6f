# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page that says what the costs look like and what the network is worth."""

from pathlib import Path

import numpy as np

from .comparison import USES, Comparison, Interval, interval
from .cost_set import CostSet
from .curve_shapes import ENOUGH, draw_shapes, shape_table
from .network_training import (
    fit_rule,
    hold_out,
    mean_costs,
    rule_costs,
    tell,
    train_network,
)
from .settings import ControllerSettings

PAGE, PICTURE = "controller.md", "costs.png"


def compare(costs: CostSet, settings: ControllerSettings, seed: int) -> tuple[list[str], bool]:
    """A network of the readers that train beside the rule, on those held out.

    Returns:
        Lines of Markdown, and whether the network beats the rule: its cost is lower in every use,
        and the interval of the difference leaves out 0 in most.
    """
    apart = hold_out(costs.readers, settings.held_out, seed)
    if not apart.any():
        return ["There is one reader, and none to compare on."], False
    learned, other = costs.of(~apart), costs.of(apart)
    told = {
        "network": tell(train_network(learned, settings, seed), other),
        "plain rule": rule_costs(fit_rule(learned), other),
    }
    judge = Comparison(other, seed, settings.resamples)
    lines = [
        f"{len(other.readers)} frames of {len(np.unique(other.readers))} readers held out, "
        f"{len(learned.readers)} of {len(np.unique(learned.readers))} to learn from; "
        "95 % intervals over readers.",
        "",
        "| rank correlation with the measured cost | network | plain rule | difference |",
        "|---|---|---|---|",
    ]
    for column, count in ((0, 0), (0, 4), (1, 0), (1, 4)):
        ranks = {n: judge.rank_correlation(t, column, count) for n, t in told.items()}
        cells = [str(interval(own)) for own in ranks.values()]
        cells.append(str(interval(ranks["network"] - ranks["plain rule"])))
        where = ("received", "lost")[column]
        lines.append(f"| {count} tokens, neighbours {where} | " + " | ".join(cells) + " |")
    lines += [
        "",
        "| tokens per frame | all the same | mean curve | plain rule | network | truth "
        "| network less rule |",
        "|---|---|---|---|---|---|---|",
    ]
    differences: list[Interval] = []
    mean = np.broadcast_to(mean_costs(learned), other.costs.shape)
    for use in USES:
        found = {name: judge.cost(own, use) for name, own in told.items()}
        cells = [judge.fixed(use), judge.cost(mean, use), found["plain rule"], found["network"]]
        shown = [str(interval(own)) for own in (*cells, judge.truth(use))]
        differences.append(interval(found["network"] - found["plain rule"]))
        lines.append(f"| {use} | " + " | ".join([*shown, str(differences[-1])]) + " |")
    sure = sum(one.high < 0 for one in differences)
    beats = all(one.value < 0 for one in differences) and 2 * sure > len(differences)
    return [*lines, ""], beats


def write_page(
    costs: CostSet, compared: list[str], beats: bool, folder: Path, settings: ControllerSettings
) -> None:
    """``controller.md`` and its picture."""
    draw_shapes(costs, folder / PICTURE)
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
        *compared,
        "The network beats the rule." if beats else "The network does not beat the rule.",
    ]
    (folder / PAGE).write_text("\n".join(lines) + "\n")
