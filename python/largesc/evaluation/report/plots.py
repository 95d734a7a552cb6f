# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plots of quality against what a channel varies in and against bit rate, with intervals."""

import io
import math
from collections.abc import Sequence
from itertools import count

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
from numpy.typing import NDArray

from ..channels.axis import Axis, axis_named
from .channel_entry import ChannelEntry, Curve
from .measures import ACCURACY, PLCMOS, VISQOL, WER, Measure
from .statistics import Estimate
from .summary import OURS, Summary, SystemEntry

SHOWN = (WER, ACCURACY, PLCMOS, VISQOL)
# Okabe and Ito (2008): told apart by colour-blind readers too. Ours are warm, peers cold or grey.
OURS_COLOURS = ("#D55E00", "#E69F00", "#CC79A7", "#7a3b00", "#b00040")
PEER_COLOURS = {
    "codec2": "#009E73",
    "opus": "#0072B2",
    "amr-wb": "#56B4E9",
    "aac": "#8a7a00",
    "freedv": "#332288",
}
BOUND_COLOUR = "#777777"
DASHES = ("-", "--", ":", "-.", (0, (6, 1, 1, 1)))
BIT_RATES = (500, 1000, 2000, 5000, 10000, 20000)  # on axes
BESIDE = 0.005  # of the axis' width, between the points of two systems
LABEL_GAP = 0.045  # of the axis' height, between labels


def quality_against_channel(summary: Summary, subset: str, curve: Curve) -> Figure | None:
    """A panel for each measure, a line for each system; None if there is but one value."""
    channels = [channel for channel in summary.channels_of(subset) if channel.is_on(curve)]
    channels.sort(key=lambda channel: channel.value)
    measures = [m for m in SHOWN if m in summary.measures_of(subset)]
    if len(channels) < 2 or not measures:
        return None
    axis = axis_named(curve.axis)
    figure = Figure(figsize=(5.6 * len(measures), 5.2), layout="constrained")
    for axes, measure in zip(
        figure.subplots(1, len(measures), squeeze=False)[0], measures, strict=True
    ):
        _lines(axes, summary, subset, (axis, channels), measure)
        title = f"{subset}: {curve.words}"
        axes.set(xlabel=axis.heading, ylabel=_axis_title(measure), title=title)
    return figure


def quality_against_bit_rate(summary: Summary, subset: str, loss: str) -> Figure | None:
    """A panel for each measure, a point for each system that sends anything."""
    measures = [m for m in SHOWN if m in summary.measures_of(subset)]
    systems = [s for s in summary.systems_of(subset) if s.bit_rate > 0 and s.kind != "identity"]
    if not measures or not systems:
        return None
    figure = Figure(figsize=(5.6 * len(measures), 4.8), layout="constrained")
    for axes, measure in zip(
        figure.subplots(1, len(measures), squeeze=False)[0], measures, strict=True
    ):
        _points(axes, summary, (subset, loss), systems, measure)
        axes.set(xlabel="bit/s on the air", ylabel=_axis_title(measure))
        _count_in_bits(axes, [s.bit_rate for s in systems])
        axes.set_title(f"{subset}, {loss}")
    return figure


def png(figure: Figure) -> bytes:
    """The picture, without the date: the same figures give the same file."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=110, metadata={"Software": None})
    return file.getvalue()


def colours(systems: Sequence[SystemEntry]) -> dict[str, tuple[str, object]]:
    """Colour and dashes by label."""
    counts: dict[str, count[int]] = {}
    found: dict[str, tuple[str, object]] = {}
    for system in systems:
        number = next(counts.setdefault(system.kind, count()))
        if system.kind == OURS:
            again, place = divmod(number, len(OURS_COLOURS))
            found[system.label] = (OURS_COLOURS[place], DASHES[again % len(DASHES)])
        else:
            colour = PEER_COLOURS.get(system.kind, BOUND_COLOUR)
            found[system.label] = (colour, DASHES[number % len(DASHES)])
    return found


def _lines(
    axes: Axes,
    summary: Summary,
    subset: str,
    along: tuple[Axis, list[ChannelEntry]],
    measure: Measure,
) -> None:
    axis, channels = along
    places = sorted({axis.scale * channel.value for channel in channels})
    beside = BESIDE * (places[-1] - places[0])
    systems = summary.systems_of(subset)
    styles = colours(systems)
    ends: list[tuple[float, str, str]] = []
    for shift, system in enumerate(systems):
        found = [
            (axis.scale * c.value, summary.estimate(subset, system.label, c.label, measure))
            for c in channels
        ]
        points = [(place, e) for place, e in found if e is not None]
        if not points:
            continue
        colour, dashes = styles[system.label]
        # A little beside each other, or intervals at the same value would hide each other.
        x = np.array([place for place, _ in points]) + beside * (shift - len(systems) / 2)
        wide = 2.4 if system.kind == OURS else 1.2
        y = [measure.scale * e.value for _, e in points]
        axes.errorbar(
            x, y, yerr=_bars([e for _, e in points], measure), color=colour, linestyle=dashes,
            linewidth=wide, marker="o", markersize=3, elinewidth=0.7, capsize=2,
        )  # fmt: skip
        ends.append((y[-1], system.label, colour))
    axes.grid(alpha=0.25)
    axes.set_xticks(places)
    _label_ends(axes, ends)


def _label_ends(axes: Axes, ends: list[tuple[float, str, str]]) -> None:
    """Names at the right of their lines, moved apart where they would cover each other."""
    low, high = axes.get_ylim()
    places: list[float] = []
    for value, _, _ in sorted(ends):
        place = (value - low) / (high - low)
        places.append(max(place, places[-1] + LABEL_GAP) if places else place)
    excess = max(0.0, (places[-1] if places else 0.0) - 1.0)
    for place, (value, label, colour) in zip(places, sorted(ends), strict=True):
        axes.annotate(
            label, xy=(1.0, (value - low) / (high - low)), xytext=(1.05, place - excess),
            xycoords="axes fraction", textcoords="axes fraction", fontsize=8, color=colour,
            va="center", annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.5},
        )  # fmt: skip


def _points(
    axes: Axes,
    summary: Summary,
    where: tuple[str, str],
    systems: list[SystemEntry],
    measure: Measure,
) -> None:
    styles = colours(systems)
    for number, system in enumerate(systems):
        found = summary.estimate(where[0], system.label, where[1], measure)
        if found is None:
            continue
        colour, _ = styles[system.label]
        value = measure.scale * found.value
        marker = "D" if system.kind == OURS else "o"
        axes.errorbar(
            system.bit_rate, value, yerr=_bars([found], measure), color=colour, marker=marker,
            markersize=7 if system.kind == OURS else 5, capsize=3, linestyle="none",
        )  # fmt: skip
        above = number % 2 == 0
        axes.annotate(
            system.label, (system.bit_rate, value), xytext=(5, 7 if above else -12),
            textcoords="offset points", fontsize=8, color=colour,
        )  # fmt: skip
    axes.grid(alpha=0.25, which="both")


def _count_in_bits(axes: Axes, rates: list[float]) -> None:
    """A logarithmic axis with plain numbers, and room for names at both ends."""
    axes.set_xscale("log")
    axes.set_xlim(min(rates) / 1.4, max(rates) * 1.9)
    axes.set_xticks(BIT_RATES, [f"{rate:,}" for rate in BIT_RATES])
    axes.set_xlim(min(rates) / 1.4, max(rates) * 1.9)
    axes.xaxis.set_minor_locator(NullLocator())


def _bars(estimates: list[Estimate], measure: Measure) -> NDArray[np.float64]:
    """Lengths of error bars ``[2, n]``; zero where there is no interval."""
    ends = [(e.value - e.low, e.high - e.value) for e in estimates]
    lengths = [[0.0 if math.isnan(v) else max(0.0, v) for v in pair] for pair in ends]
    return np.array(lengths, dtype=np.float64).T * measure.scale


def _axis_title(measure: Measure) -> str:
    return f"{measure.title}, {measure.better} is better"
