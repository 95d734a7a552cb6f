# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Frames from sender to receiver through the kernels, and what those cost that came in part."""

from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...control.cost_source import CostSource
from ...control.redundancy_choice import RedundancyChooser
from ...frame.due_frame import DueFrame
from ...frame.report import ChannelReport
from ...frame.tokens import NUM_CODEBOOKS, TokenOrigin
from ...speech_link.budget_control import controller_for
from ...speech_link.link_receiver import SequenceReceiver
from ...speech_link.link_sender import LinkSender, packet_codec_for
from ...speech_link.settings import ReceiverSettings, SenderSettings
from ..channels.interface import Channel
from .measured_frames import MeasuredFrames
from .ways import Reports, Way

EVERY, FRAME_SECONDS = 12, 0.08  # frames from report to report, a second
TOKENS = np.zeros(NUM_CODEBOOKS, dtype=np.int16)  # which tokens they are does not matter
CAME = (TokenOrigin.PRIMARY, TokenOrigin.REDUNDANT)


class Replayed(NamedTuple):
    """What became of N frames.

    Attributes:
        bits: of the packet of each, int64 ``[N]``.
        known: its tokens that are known when it is due, int64 ``[N]``.
    """

    bits: NDArray[np.int64]
    known: NDArray[np.int64]


class Sending:
    """A sender that spends bits in some way.

    Args:
        way: see there.
        look_ahead: frames that the receiver waits.
        source: tells the controller the costs; fixed allocations ask nothing.
    """

    def __init__(self, way: Way, look_ahead: int, source: CostSource):
        self._fixed = way.allocation
        if self._fixed is not None:
            self.link = LinkSender(SenderSettings(lag=self._fixed.lag))
            return
        settings = SenderSettings(budget=way.budget, code="auto", lag=look_ahead)
        self.link = LinkSender(settings.changed(budget=0))
        self._chooser = RedundancyChooser(look_ahead)
        codec = packet_codec_for(settings)
        self._controller = controller_for(settings, codec, source, self._chooser)

    def hear(self, report: ChannelReport, frame: int) -> None:
        """Takes a report as a frame is about to be sent."""
        if self._fixed is None:
            self._chooser.hear(report, frame)

    def packet(self, frame: int, frames: MeasuredFrames, silent: bool) -> bytes:
        """That of the next frame."""
        if self._fixed is not None:
            return self.link.push(frame, TOKENS, silent, self._fixed)[0].data
        chosen = self._controller.allocate(frame, frames.facts[frame], silent)
        data = self.link.push(frame, TOKENS, silent, chosen)[0].data
        self._controller.budget.next_frame(8 * len(data))
        return data


def replay(
    way: Way,
    frames: MeasuredFrames,
    silent: NDArray[np.bool_],
    channel: Channel,
    look_ahead: int,
    source: CostSource,
) -> Replayed:
    """Sends the frames over a channel, one over.

    Args:
        way: how bits are spent.
        frames: in the order of sending.
        silent: frames that are announced as silence, ``[N]``.
        channel: just reset.
        look_ahead: frames that the receiver waits.
        source: tells the controller the costs.
    """
    source.reset()
    sending = Sending(way, look_ahead, source)
    receiver = SequenceReceiver(ReceiverSettings(look_ahead=look_ahead, check="none"))
    on_the_way = _WayBack(way.reports)
    bits: list[int] = []
    due: list[DueFrame] = []
    for number, is_silent in enumerate(silent.tolist()):
        if number % EVERY == 0:
            on_the_way.tell(receiver.report().channel, number)
        for report in on_the_way.arrive(number):
            sending.hear(report, number)
        packet = sending.packet(number, frames, is_silent)
        bits.append(8 * len(packet))
        for arrival in channel.carry(packet, number * FRAME_SECONDS, FRAME_SECONDS):
            due += receiver.receive(arrival)
    due += receiver.end(len(silent))
    known = np.isin(np.array([one.origin for one in due]), CAME).sum(axis=1)
    return Replayed(np.array(bits), known)


def costs_of(
    known: NDArray[np.int64], frames: MeasuredFrames, silent: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """What each frame cost, ``[N]``; a silent one nothing.

    A frame with one neighbour of which nothing is known costs half of either row.
    """
    gone = ((known == 0) & ~silent).astype(np.float64)
    near = np.zeros(len(known), dtype=np.float64)
    near[1:] += gone[:-1] / 2.0
    near[:-1] += gone[1:] / 2.0
    rows: NDArray[np.float64] = np.take_along_axis(
        frames.costs, known[:, None, None].repeat(2, 1), 2
    )[:, :, 0]
    cost: NDArray[np.float64] = rows[:, 0] + near * (rows[:, 1] - rows[:, 0])
    cost[silent] = 0.0
    return cost


class _WayBack:
    """Reports between receiver and sender."""

    def __init__(self, reports: Reports):
        self._reports = reports
        self._coming: deque[tuple[int, ChannelReport]] = deque()

    def tell(self, report: ChannelReport, frame: int) -> None:
        if self._reports.heard:
            rate = min(self._reports.scale * report.loss_rate, 1.0)
            told = replace(report, loss_rate=rate)
            self._coming.append((frame + self._reports.late, told))

    def arrive(self, frame: int) -> Iterable[ChannelReport]:
        while self._coming and self._coming[0][0] <= frame:
            yield self._coming.popleft()[1]
