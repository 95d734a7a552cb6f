# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The measured delays as a document and a picture."""

from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib import colormaps

from .delay_table import DEFAULT_LIMIT_MS, DESIGN, circumstances, rows, spread
from .link_run import Measured

CIRCUMSTANCES = (
    *("case", "onsets", "missed", "card buffers", "card ran empty"),
    *("frames adjusted", "frames held", "load average"),
)


def document(measured: list[Measured], machine: str, check: str, picture: str) -> str:
    """Markdown."""
    titles = [one.case.title for one in measured]
    parts = [
        "# Latency",
        "Made by `python benchmarks/latency.py --results FILE`; "
        "[docs/latency.md](../../docs/latency.md) says what is measured, and how.",
        f"{machine} {check}",
        "Milliseconds, median / 95th percentile over onsets.",
        table(["", "design", *titles], rows(measured)),
        "What happened meanwhile; missed are onsets that were not heard, most because their packet "
        "was lost:",
        table(CIRCUMSTANCES, circumstances(measured)),
        f"![Latency, part by part]({picture})",
    ]
    return "\n\n".join(parts) + "\n"


def table(head: list[str] | tuple[str, ...], cells: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *cells]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def draw(measured: list[Measured], path: Path) -> None:
    """Stacked medians by the design's rows, and a dot for what was measured from end to end."""
    figure, axis = plt.subplots(figsize=(9, 0.5 * len(measured) + 1.6))
    colours = colormaps["tab10"].colors
    for place, one in enumerate(measured):
        begin = 0.0
        for colour, (name, (_, parts)) in zip(colours, DESIGN.items(), strict=False):
            known = [sum(o.parts[p] for p in parts) for o in one.onsets if o.parts]
            width = spread(known).median if known else 0.0
            label = name if place == 0 else None
            axis.barh(place, width, left=begin, color=colour, height=0.6, label=label)
            begin += width
        whole = spread(onset.whole for onset in one.onsets)
        axis.plot([whole.median, whole.high], [place, place], color="black", linewidth=1)
        axis.plot(whole.median, place, "ko", markersize=4)
    axis.axvline(DEFAULT_LIMIT_MS, color="black", linestyle=":", linewidth=1)
    axis.set_yticks(range(len(measured)), [one.case.title for one in measured])
    axis.invert_yaxis()
    axis.set_xlabel("ms (dot and line: from end to end, median to 95th percentile)")
    figure.legend(loc="upper center", ncols=4, fontsize=8, frameon=False)
    figure.tight_layout(rect=(0, 0, 1, 0.86))
    figure.savefig(path, dpi=100)
    plt.close(figure)
