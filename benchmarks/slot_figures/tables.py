# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables, plot and document of benchmarks/slot_choice.py."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from .sending import Spent, Way
from .verdicts import SIZES, SLOTS, Point, Verdicts

Figures = dict[Point, list[list[Spent]]]  # by way, by over
Overs = dict[Point, list[Verdicts]]
FADINGS = {"none": "white noise", "mpp": "MPP"}
LINES = {
    "7: 4+0": ("tab:green", "--"),
    "13: 8+0": ("tab:orange", "--"),
    "13: 4+4": ("tab:olive", "--"),
    "23: 8+7": ("tab:red", "--"),
    "one p, 1300": ("tab:gray", "-"),
    "by size, 1300": ("tab:blue", "-"),
}


def cost(overs: Sequence[Spent]) -> float:
    """On average."""
    return float(np.mean([one.cost for one in overs]))


def table(ways: Sequence[Way], figures: Figures, air: Overs, head: bool = True) -> str:
    """Costs by channel; in bold the least of fixed slots and of what a sender can know."""
    lines = []
    if head:
        names = " | ".join(way.name for way in ways)
        lines = [f"| channel | lost of 7, 13, 23 bytes | {names} |", "|---" * (len(ways) + 2) + "|"]
    for point, found in figures.items():
        lost = 1.0 - np.mean([one.came.mean(axis=1) for one in air[point]], axis=0)
        shares = ", ".join(f"{100 * one:.0f}" for one in lost) + " %"
        costs = [cost(overs) for overs in found]
        least = min(c for way, c in zip(ways, costs, strict=True) if not way.knows)
        cells = " | ".join(f"**{c:.2f}**" if c <= least + 0.005 else f"{c:.2f}" for c in costs)
        lines.append(f"| {FADINGS[point.fading]}, {point.snr_db:g} dB | {shares} | {cells} |")
    return "\n".join(lines)


def sizes_table(ways: Sequence[Way], figures: Figures) -> str:
    """Slots that budgets take."""
    budgets = [way for way in ways if way.budget and not way.knows and way.tells_snr]
    lines = ["| channel | " + " | ".join(way.name for way in budgets) + " |"]
    lines.append("|---" * (len(budgets) + 1) + "|")
    for point, found in figures.items():
        cells = []
        for way in budgets:
            overs = found[list(ways).index(way)]
            every = sum((one.sizes for one in overs), start=type(overs[0].sizes)())
            shares = [every[size] / every.total() for size in SIZES]
            bits = np.mean([one.bits for one in overs])
            cells.append("/".join(f"{100 * one:.0f}" for one in shares) + f" %, {bits:.0f} bit/s")
        lines.append(
            f"| {FADINGS[point.fading]}, {point.snr_db:g} dB | " + " | ".join(cells) + " |"
        )
    return "\n".join(lines)


def summary(ways: Sequence[Way], figures: Figures, most_snr: float = 6.0) -> str:
    """Costs on average over the SNRs of a channel, and beside the best fixed slot of each SNR."""
    lines = [
        "| channel | " + " | ".join(way.name for way in ways) + " | best fixed slot of each SNR |"
    ]
    lines.append("|---" * (len(ways) + 2) + "|")
    for fading, name in FADINGS.items():
        rows = np.array(
            [
                [cost(overs) for overs in found]
                for point, found in figures.items()
                if point.fading == fading and point.snr_db <= most_snr
            ]
        )
        fixed = [number for number, way in enumerate(ways) if way.allocation is not None]
        cells = [f"{one:.2f}" for one in rows.mean(axis=0)]
        cells.append(f"{rows[:, fixed].min(axis=1).mean():.2f}")
        lines.append(f"| {name}, −6 to {most_snr:g} dB | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def drawn(ways: Sequence[Way], figures: Figures, path: Path) -> None:
    """Cost by SNR, a panel per channel, as PNG."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4.2), layout="constrained")
    panels = figure.subplots(1, len(FADINGS), sharey=True)
    for panel, (fading, name) in zip(panels, FADINGS.items(), strict=True):
        points = [point for point in figures if point.fading == fading]
        for number, way in enumerate(ways):
            if way.name in LINES:
                colour, style = LINES[way.name]
                costs = [cost(figures[point][number]) for point in points]
                snr = [point.snr_db for point in points]
                panel.plot(snr, costs, style, color=colour, label=way.name, linewidth=2)
        panel.set(title=name, xlabel="SNR in 3 kHz (dB)", yscale="log", ylim=(0.02, 12))
        panel.grid(True, which="both", alpha=0.3)
    panels[0].set_ylabel("cost (dB × frames per frame)")
    panels[-1].legend()
    figure.savefig(path, dpi=110)


def document(
    ways: Sequence[Way], arithmetic: tuple[Figures, Overs], modem: tuple[Figures, Overs], overs: int
) -> str:
    """The tables with what they are."""
    return f"""# The slot by its losses

Made by `python benchmarks/slot_choice.py --overs {overs} --results results/mini-3/slot-choice.md`.
What it says is in [controller.md](../../docs/controller.md#the-slot-by-its-losses).

Cost per frame, dB × frames of log-mel distance above speech that comes whole (D by the plain rule;
no packet at all: 10.4), over {overs} overs of {SLOTS} drawn frames (40 s; in white noise one),
look-ahead 1, reports beside the link, after 4, 8 and 16 packets and every second. "7: 4+0" is a
fixed slot of 7 bytes with 4 tokens and none repeated. "one p" takes losses for the same in every
size, "by size" tells them apart by losses and SNR reported, "no SNR" by losses alone, at
1300 bit/s; "p known" is told what is lost of each size on average. **Bold**: the least, but for the
last.

![Cost by SNR](images/slot-choice.png)

## On average

{summary(ways, arithmetic[0])}

## By arithmetic

{table(ways, *arithmetic)}

### Slots of 7, 13, 23 bytes that budgets take

{sizes_table(ways, arithmetic[0])}

## As modem and channel did it

Replayed: every slot in every size went through modem `hf` and channel (`--record`),
{_overs(modem[1])} of {SLOTS} slots.

{table(ways, *modem)}

{summary(ways, modem[0])}
"""


def _overs(air: Overs) -> str:
    """How many there are at each SNR, by channel."""
    counts = {fading: [] for fading in FADINGS}
    for point, overs in air.items():
        counts[point.fading].append(len(overs))
    words = [f"{min(c)} to {max(c)} at each SNR on {FADINGS[f]}" for f, c in counts.items() if c]
    return ", ".join(words) + ", overs"
