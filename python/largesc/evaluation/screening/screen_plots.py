# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cost against bit rate, a panel for each channel."""

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .savings import NONE, ScreenedChannel
from .ways import ADAPTIVE, FIXED

COLUMNS = 3
ROOM = 1.15  # above the dearest point that is drawn
# As in reports (Okabe and Ito 2008): ours warm, what it is compared with grey and cold.
STYLES = {
    NONE: ("#777777", ":"),
    "content-only": ("#009E73", "--"),
    "channel-only": ("#0072B2", "--"),
    ADAPTIVE: ("#D55E00", "-"),
    "costs known": ("#E69F00", "-."),
}


def cost_against_bit_rate(channels: Sequence[ScreenedChannel]) -> Figure:
    """Fixed allocations as points with their hull, the others as lines."""
    rows = math.ceil(len(channels) / COLUMNS)
    figure = Figure(figsize=(4.6 * COLUMNS, 3.6 * rows), layout="constrained")
    panels = figure.subplots(rows, COLUMNS, squeeze=False).flat
    for axes, channel in zip(panels, channels, strict=False):
        _panel(axes, channel)
    for axes in list(panels)[len(channels) :]:
        axes.remove()
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), fontsize=9)
    return figure


def _panel(axes: Axes, channel: ScreenedChannel) -> None:
    fixed = channel.points(FIXED)
    axes.plot(
        [p.bps for p in fixed], [p.cost for p in fixed], ".", color="#bbbbbb", markersize=3,
        label="fixed allocations",
    )  # fmt: skip
    hull = channel.hulls[0]
    axes.plot(hull.bps, hull.cost, "o-", color="#333333", markersize=4, label="their hull")
    for group, (colour, dashes) in STYLES.items():
        points = channel.points(group)
        axes.plot(
            [p.bps for p in points], [p.cost for p in points], dashes, color=colour, marker="o",
            markersize=3, label=group,
        )  # fmt: skip
    top = ROOM * max(p.cost for p in (*channel.points(ADAPTIVE), *channel.corners()))
    axes.set(xlim=(650, 2400), ylim=(min(0.0, float(hull.cost.min())), max(top, 0.05)))
    axes.set(title=channel.loss, xlabel="bit/s of packets", ylabel="cost, dB")
    axes.grid(alpha=0.25)
