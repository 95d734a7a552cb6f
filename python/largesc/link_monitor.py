# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block: how a link is doing, as a line in the terminal."""

import time
from contextlib import suppress

from .frame import setting_value as setting
from .radio.watched_band import watched_band
from .runtime.monitor_feed import MonitorFeed

SECONDS = 2.0  # of pictures that nobody sees


class link_monitor(MonitorFeed):
    """Prints figures of the link: who is heard, sync, SNR, offset, loss, rate, latency.

    Every port may be left open; what only that one tells is left out then.

    Args:
        profile: of the modem whose samples come (``hf``, ``vhf``), or ``none``: no stream input.
        every_s: seconds between two lines, 0.1 or more; 0: none, for those who ask ``figures``.

    Raises:
        ValueError: a setting of a wrong type or out of range.

    Stream input (unless the profile is ``none``): complex, as packet_demodulator takes it.
    Message ports, all in: ``packets`` and ``status`` (of packet_demodulator), ``tokens`` and
    ``report`` (of speech_receiver), ``key`` (of push_to_talk). Counters: ``frames``, ``malformed``,
    ``errors``, ``unseen`` (what came while a picture was drawn for too long).
    """

    def __init__(self, profile: str = "none", every_s: float = 1.0):
        MonitorFeed.__init__(self, "link_monitor", watched_band(profile, SECONDS), SECONDS)
        self._every_s = setting.number("every_s", every_s, 0)
        if 0.0 < self._every_s < 0.1:
            raise setting.SettingError("every_s", "0, or 0.1 or more", every_s)
        self._next = 0.0

    def start(self) -> bool:
        self._next = time.monotonic() + self._every_s
        return MonitorFeed.start(self)

    def noted(self) -> None:
        if self._every_s and time.monotonic() >= self._next:
            self._next = time.monotonic() + self._every_s
            with suppress(OSError, ValueError):  # nobody reads it any more
                print(self.figures().line(), flush=True)
