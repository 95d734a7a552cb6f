# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Curves of a run as a picture."""

import csv
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot as plt

FILES = ("log.csv", "validation.csv")


def draw_curves(folder: Path) -> None:
    """Writes ``curves.png``: every column of the run's logs over the minutes used."""
    panels = []
    for name in FILES:
        if (folder / name).is_file():
            with (folder / name).open(newline="") as file:
                rows = list(csv.DictReader(file))
            names = [key for key in rows[0] if key not in ("step", "minutes")] if rows else []
            panels += [(name.removesuffix(".csv"), key, rows) for key in names]
    if not panels:
        return
    across = 3
    down = -(-len(panels) // across)
    figure, axes = plt.subplots(down, across, figsize=(12, 2.6 * down), squeeze=False)
    for axis in axes.flat[len(panels) :]:
        axis.axis("off")
    for axis, (source, key, rows) in zip(axes.flat, panels, strict=False):
        minutes = [float(row["minutes"]) for row in rows]
        marker = "o" if source == "validation" else ""
        axis.plot(minutes, [float(row[key]) for row in rows], marker=marker, markersize=3)
        axis.set_title(key if source == "log" else f"{key} (held-out readers)", fontsize=9)
        axis.set_xlabel("minutes", fontsize=8)
        axis.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(folder / "curves.png", dpi=110)
    plt.close(figure)
