# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws how long the bursts of each loss process are, beside theory (docs/channels.md).

python benchmarks/loss_processes.py [PNG]
"""

import sys
from collections import Counter
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from gnuradio import largesc

PICTURE = Path(__file__).parents[1] / "docs" / "images" / "loss_processes.png"
LOSS_RATE, SEED = 0.3, 1
PACKETS = 200_000  # four and a half hours of speech
LONGEST = 16  # packets shown


class Shown(NamedTuple):
    """One panel: a process, and the probability that its burst has n packets."""

    title: str
    name: str
    burst: float
    theory: Callable[[int], float]


def geometric(goes_on: float) -> Callable[[int], float]:
    return lambda n: (1 - goes_on) * goes_on ** (n - 1)


def bellcore(n: int) -> float:
    goes_on = largesc.bellcore_erasures.continuation
    if n > len(goes_on):
        return 0.0
    return float(np.prod(goes_on[: n - 1])) * (1 - goes_on[n - 1])


PANELS = (
    Shown("independent", "independent", 0.0, geometric(LOSS_RATE)),
    Shown("Gilbert, burst 3", "gilbert", 3.0, geometric(1 - 1 / 3)),
    # A burst goes on if the chain stays in the bad state and the next packet is lost as well.
    Shown("Gilbert-Elliott, burst 10", "gilbert-elliott", 10.0, geometric((1 - 1 / 10) * 0.5)),
    Shown("Bellcore", "bellcore", 0.0, bellcore),
)


def burst_lengths(shown: Shown) -> list[int]:
    """Lengths of all bursts of the process."""
    process = largesc.make_loss_process(shown.name, LOSS_RATE, shown.burst, SEED)
    decisions = (process.next_is_lost() for _ in range(PACKETS))
    return [len(list(run)) for lost, run in groupby(decisions) if lost]


def draw(axes: plt.Axes, shown: Shown) -> None:
    lengths = burst_lengths(shown)
    counts, n = Counter(lengths), np.arange(1, LONGEST + 1)
    share = sum(lengths) / PACKETS
    print(f"{shown.title}: loss rate {share:.4f}, mean burst {np.mean(lengths):.3f}")
    axes.bar(n, [counts[k] / len(lengths) for k in n], color="#9dc3e6", label="realised")
    axes.plot(n, [shown.theory(k) or np.nan for k in n], "k.", label="theory")
    axes.set_title(f"{shown.title}: lost {100 * share:.1f} %, mean {np.mean(lengths):.2f}")
    axes.set_yscale("log")
    axes.set_ylim(1e-4, 1)
    axes.grid(axis="y", alpha=0.3)


def main() -> None:
    figure, axes = plt.subplots(2, 2, figsize=(9, 6), sharex=True, sharey=True)
    for panel, shown in zip(axes.flat, PANELS, strict=True):
        draw(panel, shown)
    axes[0, 0].legend()
    for panel in axes[1]:
        panel.set_xlabel("packets in a burst")
    for panel in axes[:, 0]:
        panel.set_ylabel("share of the bursts")
    figure.tight_layout()
    figure.savefig(sys.argv[1] if len(sys.argv) > 1 else PICTURE, dpi=110)


if __name__ == "__main__":
    main()
