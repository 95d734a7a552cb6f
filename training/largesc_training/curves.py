# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Curves of a run as a picture."""

import csv
import re
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot as plt

FILES = ("log.csv", "validation.csv")


def draw_curves(folder: Path) -> None:
    """Writes ``curves.png``: every column of the run's logs over the minutes used.

    Columns that share what stands before a colon or comma share a panel; what stands behind it is
    a line.
    """
    panels: dict[tuple[str, str], list[str]] = {}
    logs = {}
    for name in FILES:
        if (folder / name).is_file():
            with (folder / name).open(newline="") as file:
                rows = logs[name] = list(csv.DictReader(file))
            for key in rows[0] if rows else ():
                if key not in ("step", "minutes"):
                    panels.setdefault((name, _parted(key)[0]), []).append(key)
    if not panels:
        return
    across = 3
    down = -(-len(panels) // across)
    figure, axes = plt.subplots(down, across, figsize=(12, 2.6 * down), squeeze=False)
    for axis in axes.flat[len(panels) :]:
        axis.axis("off")
    for axis, ((name, title), keys) in zip(axes.flat, panels.items(), strict=False):
        held_out = name == "validation.csv"
        minutes = [float(row["minutes"]) for row in logs[name]]
        for key in keys:
            values = [float(row[key] or "nan") for row in logs[name]]  # some began later
            label = _parted(key)[1]
            axis.plot(minutes, values, marker="o" if held_out else "", markersize=3, label=label)
        if len(keys) > 1:
            axis.legend(fontsize=6, ncols=2)
        axis.set_title(f"{title} (held-out readers)" if held_out else title, fontsize=9)
        axis.set_xlabel("minutes", fontsize=8)
        axis.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(folder / "curves.png", dpi=110)
    plt.close(figure)


def _parted(column: str) -> tuple[str, str]:
    title, *line = re.split(": |, ", column, maxsplit=1)
    return title, line[0] if line else ""
