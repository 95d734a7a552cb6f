# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports of the receiver behind a simulated channel, at the same frames in every run."""

from largesc_kernels import channel_statistics

from ..frame.report import ChannelReport, Report
from .channel_settings import ChannelSettings
from .link_receiver import STATE_WINDOW
from .report_schedule import ReportSchedule


class SimulatedReports:
    """What comes back from the receiver, worked out from the channel's losses.

    In a flowgraph a message comes back when the threads get to it, and no two runs send the same.
    The channel decides for packet after packet, one per frame: the same process again, from the
    same seed, tells what the receiver has measured.

    Args:
        channel: simulated, without announcements.
        delay: frames from a packet to the report that it is in: what the receiver waits, and the
            way back.
    """

    def __init__(self, channel: ChannelSettings, delay: int):
        self._losses = channel.made()
        self._delay = delay
        self._statistics = channel_statistics(STATE_WINDOW)
        self._measured = 0
        self._schedule = ReportSchedule()

    def before(self, frame: int) -> ChannelReport | None:
        """The report that reaches the sender before this frame; None where none does.

        Args:
            frame: number of the frame, higher than any before.
        """
        report = None
        while self._measured < frame - self._delay:
            self._statistics.add(self._losses.next_is_lost())
            self._measured += 1
            known = self._statistics
            measured = ChannelReport(
                loss_rate=known.loss_rate,
                mean_burst=known.mean_burst,
                window=known.window,
                age=float(self._delay),
            )
            if self._schedule.is_due(Report(measured)):
                report = measured
        return report
