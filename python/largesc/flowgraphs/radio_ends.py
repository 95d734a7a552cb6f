# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The blocks of radios, made of settings as commands have them."""

from typing import Any

from ..radio.radio_settings import RadioSettings
from ..radio_sink import radio_sink
from ..radio_source import radio_source


def made_sink(device: str, radio: RadioSettings) -> radio_sink:
    """The block that sends; raises what it raises."""
    return radio_sink(device, gain=radio.tx_gain, **_common(radio))


def made_source(device: str, radio: RadioSettings) -> radio_source:
    """The block that receives; raises what it raises."""
    return radio_source(device, gain=radio.rx_gain, **_common(radio))


def _common(radio: RadioSettings) -> dict[str, Any]:
    return {
        "profile": radio.modem,
        "frequency": radio.frequency,
        "rate": radio.rate,
        "correction": radio.correction,
        "shift": radio.shift,
        "antenna": radio.antenna,
        "duplex": radio.duplex,
    }
