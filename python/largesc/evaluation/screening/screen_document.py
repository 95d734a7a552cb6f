# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The screening as a Markdown document with its plot."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..report.document import IMAGES, markdown
from ..report.plots import png
from ..report.tables import NOTHING, Table
from .measured_frames import MeasuredFrames
from .savings import COUNTED, ScreenedChannel, in_percent, screened_channels
from .screen_plots import cost_against_bit_rate
from .screen_settings import ScreenSettings
from .ways import ADAPTIVE, FIXED

AIM, NEVER_WORSE = 0.20, -0.03
WHOLE = "one allocation for all"


def write_screen_document(
    rows: pd.DataFrame, frames: MeasuredFrames, settings: ScreenSettings, document: Path
) -> None:
    """Writes the document, and its plot into ``images`` beside it.

    Args:
        rows: of ``screen``.
        frames: that were replayed.
        settings: of the screening.
        document: file to write.
    """
    channels = list(screened_channels(rows, settings.resamples))
    whole = ScreenedChannel(rows.assign(loss=WHOLE), settings.resamples)
    images = document.parent / IMAGES
    images.mkdir(parents=True, exist_ok=True)
    picture = images / f"{document.stem}-cost.png"
    picture.write_bytes(png(cost_against_bit_rate(channels)))
    parts = [
        "# Allocations, screened",
        _about(rows, frames, settings),
        f"![cost against bit rate]({IMAGES}/{picture.name})",
        _verdict(channels),
        _for_all(whole),
        markdown(_policies([*channels, whole]), 2),
        markdown(_adaptive(channels), 2),
        markdown(_corners(channels), 2),
    ]
    document.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _about(rows: pd.DataFrame, frames: MeasuredFrames, settings: ScreenSettings) -> str:
    told, ways = frames.told, rows["way"].nunique()
    spent = rows.groupby(["loss", "seed", "way"])["spent"].first().sum()
    fixed = rows[rows["group"] == FIXED]["way"].nunique()
    silent = float(np.mean([one.level < settings.silence_threshold for one in frames.facts]))
    return (
        f"Made by `largesc evaluate screen COSTS`, of costs by `training/train speech-costs`: "
        f"codec {told['codec']}, recovery `{told['recovery']}`, look-ahead {told['look_ahead']} "
        f"frames; {told['origin']}; {len(frames.facts)} frames in a row, one over. Losses are "
        f"replayed through sender, controller, packets and receiver; what a frame has of its "
        f"tokens when it is due, and whether its neighbours have any, says what it cost (D(n, m), "
        f"docs/costs.md). {fixed} fixed allocations, {ways - fixed} of controllers; seeds "
        f"{', '.join(map(str, settings.seeds))}, the same losses for all. Frames below "
        f"{settings.silence_threshold:g} dBFS ({100 * silent:.0f} %) are announced as "
        f"silence by all; bit/s are of packets over active speech, all bits but bare silence "
        f"counted; the first {settings.settled} frames do not count. Cost is in dB of log-mel "
        f"distance above everything arriving whole. Brackets are 95 % intervals, readers drawn "
        f"anew. The replays took {spent:.0f} s of one core."
    )


def _verdict(channels: Sequence[ScreenedChannel]) -> str:
    saved = [channel.saved(ADAPTIVE) for channel in channels]
    mean = _over_channels(saved)
    worst, where = min(
        (float(one[0].min()), channel.loss)
        for one, channel in zip(saved, channels, strict=True)
        if one.shape[1]
    )
    reached = mean[0] >= AIM and worst >= NEVER_WORSE
    return (
        f"**Against the hull of all fixed allocations the controller saves {in_percent(mean)} % of "
        f"the bits at equal cost**, averaged over its points from {COUNTED[0]:g} to {COUNTED[1]:g} "
        f"bit/s and over channels (as far as the hull falls: without loss it ends at 8+0); at its "
        f"worst {100 * worst:+.1f} % ({where}). The aim is "
        f"{100 * AIM:+.0f} % and nowhere below {100 * NEVER_WORSE:+.0f} %: "
        f"{'reached' if reached else 'missed'}. *Costs known* is the same controller with the "
        "measured cost of every frame in place of what is told of it: no network can save more."
    )


def _for_all(whole: ScreenedChannel) -> str:
    saved = whole.saved(ADAPTIVE)
    corners = ", ".join(p.way for p in whole.corners())
    return (
        "That hull knows each channel: its corners differ from channel to channel. Who must choose "
        f"one allocation for all of these channels together has the hull of {corners}; against it "
        f"the controller saves {in_percent(saved.mean(axis=1))} % (column *{WHOLE}*)."
    )


def _over_channels(saved: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    means = [one.mean(axis=1) for one in saved if one.shape[1]]
    average: NDArray[np.float64] = np.mean(means, axis=0)
    return average


def _policies(channels: Sequence[ScreenedChannel]) -> Table:
    """Mean savings of each policy by channel."""
    rows = []
    for group in channels[0].groups:
        saved = [channel.saved(group) for channel in channels]
        apart = [one for one, channel in zip(saved, channels, strict=True) if channel.loss != WHOLE]
        cells = [f"{100 * one[0].mean():+.1f}" if one.shape[1] else NOTHING for one in saved]
        there = any(one.shape[1] for one in apart)
        rows.append([group, in_percent(_over_channels(apart)) if there else NOTHING, *cells])
    title = (
        f"Bits saved at equal cost, %, mean of points from {COUNTED[0]:g} to {COUNTED[1]:g} bit/s"
    )
    return Table(title, ["policy", "mean of channels", *(c.loss for c in channels)], rows)


def _adaptive(channels: Sequence[ScreenedChannel]) -> Table:
    rows = []
    for channel in channels:
        hull, saved = channel.hulls[0], channel.saved(ADAPTIVE)
        place = 0
        for point in channel.points(ADAPTIVE):
            counted = channel.counts(point.bps)
            cell = in_percent(saved[:, place]) if counted else NOTHING
            place += counted
            there = f"{hull.cost_at(point.bps):.3f}"
            cells = [f"{point.budget:g}", f"{point.bps:.0f}", f"{point.cost:.3f}", there, cell]
            rows.append([channel.loss, *cells])
    header = ["channel", "budget", "bit/s", "cost", "fixed there", "bits saved, %"]
    return Table("The controller, point by point", header, rows)


def _corners(channels: Sequence[ScreenedChannel]) -> Table:
    rows = [
        [c.loss, ", ".join(f"{p.way} ({p.bps:.0f}: {p.cost:.3f})" for p in c.corners())]
        for c in channels
    ]
    return Table("The hull", ["channel", "fixed allocations on it (bit/s: cost)"], rows)
