# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a receiver says how it receives: soon, every second, and when the channel has changed."""

from dataclasses import replace

from ..frame.report import ChannelReport, Report

EVERY = 12  # frames, about a second


class ReportSchedule:
    """Asked once per frame whether a report is to be sent.

    One is sent every second; sooner if the loss rate has changed, if twice as many packets have
    been measured as by the last one (the first is sent after four), or if the other side has said
    something new of how it receives.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Before the first frame: nothing has been said."""
        self._since = 0
        self._said = Report()

    def is_due(self, report: Report) -> bool:
        """Whether to send this report now; if so, it counts as sent."""
        self._since += 1
        is_news = report.channel.is_news_after(self._said.channel) or (
            report.peer is not None and _ageless(report.peer) != _ageless(self._said.peer)
        )
        if self._since < EVERY and not is_news:
            return False
        self._since, self._said = 0, report
        return True


def _ageless(report: ChannelReport | None) -> ChannelReport | None:
    return None if report is None else replace(report, age=0.0)
