# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a channel can be varied in, as plots draw it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Axis:
    """A quantity that differs between the channels of one family.

    Attributes:
        name: in the column ``axis``; a setting of the channel.
        title: in plots and headings.
        unit: beside the title.
        scale: from the setting to the unit.
    """

    name: str
    title: str
    unit: str
    scale: float = 1.0

    @property
    def heading(self) -> str:
        """Title with the unit, as ``loss rate (%)``."""
        return f"{self.title} ({self.unit})" if self.unit else self.title


LOSS_RATE = Axis("loss_rate", "loss rate", "%", 100.0)
AXES = {axis.name: axis for axis in (LOSS_RATE, Axis("snr_db", "SNR in 3 kHz", "dB"))}


def axis_named(name: str) -> Axis:
    """The axis of this name; one that nobody described is drawn as its setting is."""
    return AXES.get(name, Axis(name, name.replace("_", " "), ""))
