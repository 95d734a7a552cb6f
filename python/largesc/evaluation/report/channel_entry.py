# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Channels of rows: which belong on one line of a plot, and in which order all of them stand."""

import json
from dataclasses import dataclass

import pandas as pd

from ..channels.axis import LOSS_RATE

TEXT_COLUMNS = ("channel_family", "channel_settings", "axis")
COLUMNS = (*TEXT_COLUMNS, "axis_value")
LOSSLESS = "none"  # the family on which everything arrives


@dataclass(frozen=True)
class Curve:
    """Channels that differ in nothing but the value of their axis.

    Attributes:
        family, settings, axis: the columns of rows; ``axis`` is empty where nothing varies.
    """

    family: str
    settings: str
    axis: str

    @property
    def words(self) -> str:
        """What sets it apart from others over the same axis, as ``gilbert burst_ms 240``."""
        settings = json.loads(self.settings or "{}")
        parts = [
            f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}"
            for name, value in settings.items()
        ]
        return " ".join([self.family, *parts])


@dataclass(frozen=True)
class ChannelEntry:
    """A channel as rows tell of it.

    Attributes:
        label: in tables; the column ``loss``.
        curve: that it is a point of.
        value: on the axis; NaN without one.
    """

    label: str
    curve: Curve
    value: float

    @property
    def is_lossless(self) -> bool:
        """Whether everything arrives."""
        return self.curve.family == LOSSLESS

    def is_on(self, curve: Curve) -> bool:
        """Whether it is a point of this curve; no loss is one of all over the loss rate."""
        lossless_start = self.is_lossless and curve.axis == LOSS_RATE.name
        return self.curve == curve or lossless_start


def channels_of(results: pd.DataFrame) -> list[ChannelEntry]:
    """All channels of rows: no loss first, then by family, settings and value."""
    first = results.drop_duplicates("loss")[["loss", *COLUMNS]]
    entries = [
        ChannelEntry(str(label), Curve(str(family), str(settings), str(axis)), float(value))
        for label, family, settings, axis, value in first.itertuples(index=False)
    ]
    return sorted(entries, key=_order)


def _order(entry: ChannelEntry) -> tuple[bool, str, str, str, float, str]:
    curve = entry.curve
    value = entry.value if curve.axis else 0.0
    return not entry.is_lossless, curve.family, curve.settings, curve.axis, value, entry.label
