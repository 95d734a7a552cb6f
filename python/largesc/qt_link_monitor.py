# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block: how a link is doing, in a window."""

import time
from typing import TYPE_CHECKING

from .frame import setting_value as setting
from .monitor.snapshot import Snapshot
from .radio.watched_band import watched_band
from .runtime.monitor_feed import MonitorFeed

if TYPE_CHECKING:
    from .monitor.qt_view import LinkView


class qt_link_monitor(MonitorFeed):
    """Shows a link: figures, waterfall of the band with marks per slot, tokens by origin.

    Every port may be left open; what only that one tells stays empty then.

    Args:
        profile: of the modem whose samples come (``hf``, ``vhf``), or ``none``: no stream input,
            and no waterfall.
        seconds: that the pictures go back, 2..120.

    Raises:
        ValueError: a setting of a wrong type or out of range.

    Stream input (unless the profile is ``none``): complex, as packet_demodulator takes it; of both
    the same stream, so that marks stand at their slots. Message ports, all in: ``packets`` and
    ``status`` (of packet_demodulator), ``tokens`` and ``report`` (of speech_receiver), ``key`` (of
    push_to_talk). Counters: ``frames``, ``malformed``, ``errors``,
    ``unseen`` (what came while a picture was drawn for too long).
    """

    def __init__(self, profile: str = "hf", seconds: float = 20.0):
        width = setting.number("seconds", seconds, 2, 120)
        MonitorFeed.__init__(self, "qt_link_monitor", watched_band(profile, width), width)
        self._view: LinkView | None = None

    def qwidget(self) -> "LinkView":
        """The widget; made when it is first asked for.

        Raises:
            RuntimeError: there is no QApplication, or no PyQt5.
        """
        if self._view is None:
            try:
                from PyQt5.QtWidgets import QApplication
            except ImportError as error:
                raise RuntimeError(f"qt_link_monitor needs PyQt5 ({error})") from None
            if QApplication.instance() is None:
                raise RuntimeError("qt_link_monitor needs a QApplication: make it before")
            from .monitor.qt_view import LinkView

            self._view = LinkView(self.snapshot, self.name())
        return self._view

    def snapshot(self) -> Snapshot:
        """What the window shows now."""
        with self._lock:
            band = self._band
            return Snapshot(
                self._state.figures(time.monotonic()),
                None if band is None else band.waterfall(),
                None if band is None else band.marks(),
                self._tokens.map(),
                self._seconds,
                0.0 if band is None else band.span,
            )
