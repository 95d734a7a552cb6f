# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the settings of all channels have in common."""

import json
from abc import ABC, abstractmethod
from typing import Any

from ..settings import Settings
from .interface import Channel


class ChannelModel(Settings, ABC):
    """A channel as an experiment file names it.

    A report draws those of one family that differ in nothing but the axis as one line.

    Attributes:
        process: which channel; every class has its own.
    """

    process: str

    @property
    def family(self) -> str:
        """What kind of channel, whatever its parameters."""
        return self.process

    @property
    @abstractmethod
    def axis(self) -> str:
        """The setting that an experiment varies, as ``loss_rate``; empty if there is none."""

    @property
    def axis_value(self) -> float | None:
        """Value of that setting; None without an axis."""
        return float(getattr(self, self.axis)) if self.axis else None

    @property
    @abstractmethod
    def label(self) -> str:
        """Name in tables, another for other settings."""

    @property
    def is_lossless(self) -> bool:
        """Whether everything arrives as it was sent, whatever the seed."""
        return False

    @abstractmethod
    def build(self, packet_seconds: float) -> Channel:
        """A channel for a system; it must be reset before it carries.

        Args:
            packet_seconds: of speech in a packet of the system.

        Raises:
            ValueError: there is no such channel for packets of this duration.
        """

    def columns(self) -> dict[str, Any]:
        """What a row of this channel says of it; ``channel_settings`` is JSON."""
        others = self.model_dump(mode="json", exclude={"process", self.axis}, exclude_defaults=True)
        return {
            "loss": self.label,
            "channel_family": self.family,
            "channel_settings": json.dumps(others, sort_keys=True),
            "axis": self.axis,
            "axis_value": self.axis_value,
        }
