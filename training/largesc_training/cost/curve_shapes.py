# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which frames need how many tokens: the shape of the measured curves as a table and a picture."""

from pathlib import Path

import numpy as np

from .arrivals import COLUMNS, COUNTS
from .cost_set import CostSet

ENOUGH = 0.5  # dB x frames: what half a dB over one frame is
SHOWN = 0, 1, 2, 4, 6  # tokens in the table
NEEDS = ("none", "1 to 3", "4", "5 to 8")
VOICED = 2 / 3  # share of a frame's time from which it counts as voiced
ONSETS = "onsets (the fifth with most flux)"
Kinds = dict[str, np.ndarray]


def kinds_of(costs: CostSet) -> Kinds:
    """Masks bool ``[N]`` of kinds of frames, by name, but for those of which there are none."""
    level, flux, voiced = (costs.arrays[name] for name in ("level", "flux", "voiced"))
    quarter = np.minimum(4 * _place(level, costs.weights), 3).astype(int)
    whole, none = voiced > VOICED, voiced == 0
    kinds = {
        "all": np.ones(len(level), bool),
        "quietest quarter": quarter == 0,
        "second": quarter == 1,
        "third": quarter == 2,
        "loudest quarter": quarter == 3,
        "voiced": whole,
        "partly": ~whole & ~none,
        "unvoiced": none,
        ONSETS: _place(flux, costs.weights) > 0.8,
        "loud and voiced": (quarter == 3) & whole,
        "quiet and unvoiced": (quarter == 0) & none,
    }
    return {name: mask for name, mask in kinds.items() if mask.any()}


def _place(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Share of speech that lies at or below each value, 0..1."""
    order = np.argsort(values)
    share = np.empty(len(values))
    share[order] = np.cumsum(weights[order]) / weights.sum()
    return share


def needed(costs: np.ndarray) -> np.ndarray:
    """Tokens from which on a frame costs at most ENOUGH, int ``[N]``, for one column ``[N, 9]``."""
    too_much = costs > ENOUGH
    last = COUNTS - 1 - np.argmax(too_much[:, ::-1], axis=1)
    found: np.ndarray = np.where(too_much.any(axis=1), last + 1, 0)
    return found


def shape_table(costs: CostSet) -> list[str]:
    """Lines of Markdown: mean costs by kind of frame, and how many frames need how many tokens."""
    heads = [f"{m} token{'s' * (m != 1)}" for m in SHOWN] + [f"need {need}" for need in NEEDS]
    lines = []
    for column, name in enumerate(COLUMNS):
        lines += [f"Neighbours {name}:", "", "| frames | " + " | ".join(heads) + " |"]
        lines.append("|---" * (len(heads) + 1) + "|")
        for kind, mask in kinds_of(costs).items():
            own, weight = costs.costs[mask, column], costs.weights[mask]
            cells = [f"{value:.2f}" for value in np.average(own[:, SHOWN], axis=0, weights=weight)]
            groups = np.digitize(needed(own), (1, 4, 5))
            shares = np.bincount(groups, weight, len(NEEDS)) / weight.sum()
            cells += [f"{100 * share:.0f} %" for share in shares]
            lines.append(f"| {kind} | " + " | ".join(cells) + " |")
        lines.append("")
    return lines


def draw_shapes(costs: CostSet, path: Path) -> None:
    """Mean curves by level and by voicing, both columns, as a PNG."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    kinds = kinds_of(costs)
    groups = (
        ("quietest quarter", "second", "third", "loudest quarter"),
        ("voiced", "partly", "unvoiced", ONSETS),
    )
    figure, axes = pyplot.subplots(2, 2, figsize=(9, 6.5), sharex=True, sharey="col")
    for row, names in zip(axes, groups, strict=True):
        for column, axis in enumerate(row):
            for name in (name for name in names if name in kinds):
                mask = kinds[name]
                mean = np.average(costs.costs[mask, column], axis=0, weights=costs.weights[mask])
                axis.plot(range(COUNTS), mean, marker="o", label=name.split(" (")[0])
            axis.set_title(f"neighbours {COLUMNS[column]}")
            axis.grid(alpha=0.3)
            axis.legend()
        row[0].set_ylabel("cost (dB x frames)")
    for axis in axes[1]:
        axis.set_xlabel("tokens that arrive")
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
