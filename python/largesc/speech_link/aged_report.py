# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report that grows older with every frame."""

from dataclasses import replace
from typing import NamedTuple

from ..frame.report import ChannelReport


class AgedReport(NamedTuple):
    """A report, and when it came.

    Attributes:
        report: as it came.
        frame: number of the frame that was sent last then.
    """

    report: ChannelReport
    frame: int

    def at(self, frame: int) -> ChannelReport:
        """The same when this frame is the last that was sent; of frames before, as it came."""
        return replace(self.report, age=self.report.age + max(0, frame - self.frame))
