# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech over slots whose fate is known: what a way to choose them costs."""

from collections import Counter, deque
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from gnuradio.largesc import channel_statistics
from gnuradio.largesc.control.plain_rule import PlainRule
from gnuradio.largesc.control.slot_channel import SlotChannel
from gnuradio.largesc.evaluation.screening.measured_frames import MeasuredFrames
from gnuradio.largesc.evaluation.screening.replay import CAME, costs_of
from gnuradio.largesc.frame.report import ChannelReport, Report
from gnuradio.largesc.frame.speech_facts import SpeechFacts
from gnuradio.largesc.link.arrival import Arrival
from gnuradio.largesc.link.slot_contents import slot_for
from gnuradio.largesc.radio.modem_profile import load_modem_profile
from gnuradio.largesc.speech_link.link_receiver import STATE_WINDOW, SequenceReceiver
from gnuradio.largesc.speech_link.link_sender import LinkSender
from gnuradio.largesc.speech_link.report_schedule import ReportSchedule
from gnuradio.largesc.speech_link.settings import ReceiverSettings, SenderSettings

from .verdicts import SIZES, Verdicts

LOOK_AHEAD = 1  # of profile short-wave
LATE = (
    2  # frames from a packet to the report that it is in: as long as the receiver waits, and back
)
TOKENS = np.zeros(8, dtype=np.int16)


@dataclass(frozen=True)
class Way:
    """How a sender chooses.

    Attributes:
        name: in tables.
        allocation: fixed numbers of tokens, own and repeated; None: a budget.
        budget: bit/s.
        by_size: losses of each size are told apart.
        tells_snr: reports have the SNR.
        knows: the true losses of each size are known, in place of reports.
    """

    name: str
    allocation: tuple[int, int] | None = None
    budget: float = 0.0
    by_size: bool = False
    tells_snr: bool = True
    knows: bool = False

    def settings(self) -> SenderSettings:
        """Of the sender."""
        shared = {"lag": LOOK_AHEAD, "slots": SIZES, "importance": "plain"}
        if self.allocation is not None:
            own, again = self.allocation
            return SenderSettings(n_primary=own, n_redundant=again, **shared)
        losses = load_modem_profile("hf").slot_losses if self.by_size else ()
        return SenderSettings(budget=self.budget, code="auto", slot_losses=losses, **shared)


class Spent(NamedTuple):
    """What an over came to.

    Attributes:
        cost: dB x frames above speech that comes whole, per frame.
        bits: of slots, bit/s.
        sizes: slots sent by size.
        lost: share of them.
    """

    cost: float
    bits: float
    sizes: Counter[int]
    lost: float


class Known(SlotChannel):
    """Needs no reports: the losses are told."""

    def __init__(self, losses: dict[int, float]):
        self._told = losses

    def reset(self) -> None: ...
    def sent(self, frame: int, size: int) -> None: ...
    def hear(self, report: ChannelReport, frame: int) -> None: ...
    def losses(self, frame: int) -> dict[int, float]:
        return self._told


class Reports:
    """What the receiver reports, by its clock: it knows of every slot whether a packet came.

    Args:
        tells_snr: as Way has it.
    """

    def __init__(self, tells_snr: bool):
        self._tells_snr = tells_snr
        self._statistics, self._schedule = channel_statistics(STATE_WINDOW), ReportSchedule()
        self._snr: deque[float] = deque(maxlen=STATE_WINDOW)
        self._coming: deque[tuple[int, ChannelReport]] = deque()

    def note(self, frame: int, came: bool, snr: float) -> None:
        """A slot is over."""
        self._statistics.add(not came)
        if came:
            self._snr.append(snr)
        known = self._statistics
        report = ChannelReport(
            loss_rate=known.loss_rate,
            mean_burst=known.mean_burst,
            window=known.window,
            age=float(LATE),
            snr=float(np.mean(self._snr)) if self._snr and self._tells_snr else None,
        )
        if self._schedule.is_due(Report(report)):
            self._coming.append((frame + LATE, report))

    def before(self, frame: int) -> list[ChannelReport]:
        """Those that have come before this frame is sent."""
        found = []
        while self._coming and self._coming[0][0] <= frame:
            found.append(self._coming.popleft()[1])
        return found


def speech(frames: int, seed: int) -> MeasuredFrames:
    """Frames drawn at random, whose costs are those of the plain rule."""
    random, rule = np.random.default_rng(seed), PlainRule()
    facts = [SpeechFacts(random.normal(-35, 10), random.exponential(4)) for _ in range(frames)]
    costs = np.array([rule.costs(one) for one in facts], dtype=np.float64)
    return MeasuredFrames(facts, costs, np.full(frames, "drawn"), {})


def send(way: Way, verdicts: Verdicts, frames: MeasuredFrames) -> Spent:
    """Sends speech over slots, one over, through sender and receiver."""
    sender = LinkSender(way.settings())
    if way.knows:
        told = dict(zip(SIZES, (1.0 - verdicts.came.mean(axis=1)).tolist(), strict=True))
        sender._steering._controller._slots = Known(told)
    receiver = SequenceReceiver(ReceiverSettings(look_ahead=LOOK_AHEAD, check="none"))
    reports, sizes, due, came_of = Reports(way.tells_snr), Counter(), [], 0
    for frame, facts in enumerate(frames.facts):
        for report in reports.before(frame):
            sender.hear(report)
        (packet,) = sender.push(frame, TOKENS, facts=facts)
        size = slot_for(len(packet.data), SIZES)
        row = SIZES.index(size)
        came, snr = bool(verdicts.came[row, frame]), float(verdicts.snr[row, frame])
        sizes[size] += 1
        came_of += came
        reports.note(frame, came, snr)
        if came:
            due += receiver.receive(Arrival(packet.data, snr=snr))
    due += receiver.end(len(frames.facts))
    known = np.isin(np.array([one.origin for one in due]), CAME).sum(axis=1)
    cost = costs_of(known, frames, np.zeros(len(known), dtype=bool))
    count = len(frames.facts)
    bits = 12.5 * sum(8 * size * times for size, times in sizes.items()) / count
    return Spent(float(cost.mean()), bits, sizes, 1.0 - came_of / count)
