# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The band of a modem, as a display of the link keeps it."""

from ..frame import setting_value as setting
from ..frame.tokens import FRAME_RATE
from ..monitor.band_history import BandHistory
from .modem_profile import load_modem_profile

WITHOUT_SAMPLES = "none"
SPAN = 1.2  # of what the signal may take up


def watched_band(profile: str, seconds: float) -> BandHistory | None:
    """A waterfall of this modem's band that goes back so far; None with profile ``none``.

    Raises:
        ValueError: no such profile.
    """
    if setting.text("profile", profile) == WITHOUT_SAMPLES:
        return None
    modem = load_modem_profile(profile)
    span = SPAN * (modem.bandwidth_hz + 2.0 * modem.offset_hz)
    columns = round(seconds * 2 * FRAME_RATE)
    return BandHistory(modem.sample_rate, span, columns, modem.slot_ms / 1000.0)
