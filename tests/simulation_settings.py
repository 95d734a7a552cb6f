# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of a simulation from one flat list of them."""

from typing import Any

from gnuradio.largesc.flowgraphs.simulation import SimulationSettings
from gnuradio.largesc.speech_link.channel_settings import ChannelSettings
from gnuradio.largesc.speech_link.settings import ReceiverSettings, SenderSettings


def simulation(**settings: Any) -> SimulationSettings:
    """Each setting goes to whom it belongs: sender, receiver, channel; the checkpoint to both."""
    groups = SenderSettings, ReceiverSettings, ChannelSettings
    unknown = [name for name in settings if not any(name in g.model_fields for g in groups)]
    if unknown:
        raise TypeError(f"no settings: {unknown}")
    made = [
        group(**{name: value for name, value in settings.items() if name in group.model_fields})
        for group in groups
    ]
    return SimulationSettings(*made)
