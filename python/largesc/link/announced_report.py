# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report as announcements carry it, in the steps of the packet format, and back."""

import math

from largesc_kernels import channel_report

from ..frame.report import ChannelReport


def to_announce(report: ChannelReport) -> channel_report:
    """The nearest report that an announcement can carry."""
    return channel_report.quantise(
        report.session,
        report.loss_rate,
        report.mean_burst,
        report.window,
        report.age,
        math.nan if report.snr is None else report.snr,
    )


def announced(report: channel_report) -> ChannelReport:
    """What an announcement says."""
    return ChannelReport(
        session=report.session,
        loss_rate=report.loss_rate,
        mean_burst=report.mean_burst,
        window=int(report.window),
        age=report.age,
        snr=None if math.isnan(report.snr) else report.snr,
    )
