# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Experiments of the judge for what the screening left: the hull, and the controller beside it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from ...frame.tokens import REPETITION
from ..channels.channel_model import ChannelModel
from .measured_frames import MeasuredFrames
from .overs import SUBSET
from .savings import Point, ScreenedChannel, screened_channels
from .screen_settings import ScreenSettings
from .ways import ADAPTIVE, fixed_ways

# The same words, losses and bits in one run; Codec2 and Opus as they are.
PEERS: list[dict[str, Any]] = [
    {"kind": "codec2", "mode": "1300"},
    {"kind": "opus", "bit_rate": 6000},
]
METRICS = ["wer", "plcmos", "log_mel_distance"]


def write_experiments(
    rows: pd.DataFrame,
    frames: MeasuredFrames,
    settings: ScreenSettings,
    overs: Path,
    out: Path,
) -> list[Path]:
    """One for each channel, its hull of at most ``settings.hull`` fixed allocations.

    Args:
        rows: of ``screen``.
        frames: that were replayed.
        settings: of the screening.
        overs: folder of the speech, see ``write_overs``.
        out: folder for the files.

    Returns:
        Their paths.
    """
    paths = []
    for channel, found in zip(
        settings.losses, screened_channels(rows, settings.resamples), strict=True
    ):
        kept = "".join(letter if letter.isalnum() else "-" for letter in channel.label.lower())
        name = "decoded-" + "-".join(part for part in kept.split("-") if part)
        path = out / f"{name}.yaml"
        values = _experiment(name, channel, found, frames, settings, overs)
        path.write_text(yaml.safe_dump(values, sort_keys=False, allow_unicode=True), "utf-8")
        paths.append(path)
    return paths


def _experiment(
    name: str,
    channel: ChannelModel,
    found: ScreenedChannel,
    frames: MeasuredFrames,
    settings: ScreenSettings,
    overs: Path,
) -> dict[str, Any]:
    look_ahead, recovery = frames.told["look_ahead"], frames.told["recovery"]
    common = {"kind": "largesc", "look_ahead": look_ahead, "recovery": recovery}
    common["silence_threshold"] = settings.silence_threshold
    fixed = _beside(found, settings.decoded_budgets, settings.hull)
    systems = [{**common, **_fixed(point.way, look_ahead)} for point in fixed]
    systems += [
        {**common, "name": f"adaptive {budget:g}", "budget": budget, "code": "auto"}
        | {"lag": look_ahead}
        for budget in settings.decoded_budgets
    ]
    return {
        "name": name,
        "description": f"The hull of the fixed allocations screened on {channel.label}, and the "
        "controller.",
        "corpus": {
            "folder": str(overs.absolute()),
            "subsets": [SUBSET],
            "limit": settings.decoded_readers,
        },
        "systems": [*systems, *PEERS],
        "losses": [
            channel.model_dump(mode="json", exclude_defaults=True) | {"process": channel.process}
        ],
        "seeds": list(settings.decoded_seeds),
        "metrics": METRICS,
        "listen": 0,
        "references": [point.way for point in fixed],
    }


def _beside(found: ScreenedChannel, budgets: Sequence[float], most: int) -> list[Point]:
    """At most so many corners of the hull, by rising bit rate: those on either side of what the
    controller spends of its budgets."""
    corners = found.corners()
    rates = [point.bps for point in found.points(ADAPTIVE) if point.budget in budgets]
    behind = np.searchsorted([corner.bps for corner in corners], rates)
    nearest = [place for pair in zip(behind - 1, behind, strict=True) for place in pair]
    chosen = dict.fromkeys(int(np.clip(place, 0, len(corners) - 1)) for place in nearest)
    return [corners[place] for place in sorted(list(chosen)[:most])]


def _fixed(name: str, look_ahead: int) -> dict[str, Any]:
    way = next(way for way in fixed_ways(look_ahead) if way.name == name)
    assert way.allocation is not None
    one = way.allocation
    values: dict[str, Any] = {"name": name, "primary": one.n_primary}
    if one.n_redundant:
        values |= {"redundant": one.n_redundant, "code": one.code}
        values |= {"lag": one.lag} if one.code == REPETITION else {}
    return values
