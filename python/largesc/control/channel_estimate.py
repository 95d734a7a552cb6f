# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a sender takes the channel to be like, from reports that are late, rare or missing."""

import math
from typing import NamedTuple

from ..frame.report import ChannelReport, has_forgotten

# Before the first report, and long after the last: 10 % lost, in bursts 1.6 times as long as by
# chance, which counts as much as six lost packets that were heard of.
PRIOR_LOSS, PRIOR_LOST, PRIOR_BURSTINESS = 0.1, 6.0, 1.6
# What nobody can measure, but a report may say: most is lost, and never two in a row.
LEAST_BURSTINESS = 0.5
PRIOR_PACKETS = 6.0  # that the prior of the loss rate counts as
FEW = 25  # packets, 2 s: what fewer tell is weighed against the prior, be it good or bad
CHANGED = 3.0  # standard deviations by which a rate must be below that before
KEPT, PER = 0.95, 12.0  # of what is known of bursts, from one second (12 frames) to the next: 20 s
FRESH, FADES = 125.0, 125.0  # frames: a report is taken as it is for 10 s, then it fades in 10 s
# Where one talks at a time no report can come in an over: that there is none tells nothing. What
# was known of the other station fades in a minute.
KEYED_FADES = 750.0
FADED = 3.0  # times as long: of a report that is older next to nothing is left


class ChannelState(NamedTuple):
    """Share of packets lost, and the mean length of the runs they form, in packets."""

    loss_rate: float
    mean_burst: float


class ChannelEstimate:
    """Takes reports, and says what the channel is like.

    The loss rate is that of the last report or that of the last 20 s, whichever is higher: a
    window of 4 s without a loss says little, and too little redundancy costs more than too much.
    The first packets are weighed against the prior: one lost of four is no channel of 25 %. A
    rate far below that of the last 20 s is a change, and those are forgotten; so they are when the
    receiver, who knows every packet, has forgotten what it knew. Once reports are old,
    the rate is that of the prior. Of bursts a report of 4 s knows little, at 20 % loss three or
    four of them; so runs of losses are counted over longer. What is kept is how much longer than
    by chance they are, BurstR of ITU-T G.107: it outlasts a change of the loss rate.

    Attributes:
        fades: frames in which a report fades once it is no longer fresh.
    """

    def __init__(self) -> None:
        self.fades = FADES
        self.reset()

    def reset(self) -> None:
        """Forgets all reports."""
        self._by_chance = PRIOR_LOST * (1.0 - PRIOR_LOSS)
        self._runs = self._by_chance / PRIOR_BURSTINESS
        self._lost, self._packets = PRIOR_PACKETS * PRIOR_LOSS, PRIOR_PACKETS
        self._loss_rate = PRIOR_LOSS
        self._window = self._told = 0  # packets: of the last report, and of all
        self._measured = -math.inf  # frame of the newest packet that a report was made of

    @property
    def burstiness(self) -> float:
        """How much longer than by chance runs of lost packets are, as far as reports tell."""
        return max(self._by_chance / self._runs, LEAST_BURSTINESS)

    def hear(self, report: ChannelReport, frame: int) -> bool:
        """Takes a report; returns whether it told of packets that none before had told of.

        Args:
            report: of the receiver of what is sent.
            frame: number of the frame that is sent now; its age counts back from there.
        """
        measured = frame - report.age
        new = min(measured - self._measured, report.window)
        if new <= 0:
            return False
        self._measured, self._told = measured, self._told + int(new)
        self._loss_rate = self._higher(report, new)
        lost, share = report.loss_rate * report.window, new / PER
        if lost and report.mean_burst:
            # Without the run that the window's beginning may have cut.
            begun = max(lost / report.mean_burst - report.loss_rate, 0.1)
            kept = KEPT**share
            chance = lost * (1.0 - report.loss_rate) / _seen(report.window, self.burstiness)
            self._by_chance = kept * self._by_chance + share * chance
            self._runs = kept * self._runs + share * begun
        return True

    def _higher(self, report: ChannelReport, new: float) -> float:
        """The loss rate of a report or that of the last 20 s."""
        kept, rate, before = KEPT ** (new / PER), report.loss_rate, self._lost / self._packets
        chance = before * (1.0 - before) * (2.0 * self.burstiness - 1.0) / report.window
        is_found = has_forgotten(report.window, self._window)
        self._window = report.window
        if is_found or before - rate > CHANGED * math.sqrt(chance):
            # A few packets without a loss are no channel without any: one more counts as lost.
            one_more = float(is_found and rate < before)
            self._packets = report.window + one_more
            self._lost = rate * report.window + one_more
        else:
            self._lost = kept * self._lost + new * rate
            self._packets = kept * self._packets + new
            if self._told < FEW:
                return self._lost / self._packets
        return max(rate, self._lost / self._packets)

    def at(self, frame: int) -> ChannelState:
        """The channel as it is taken to be when this frame is sent, rather too bad than good."""
        return self._faded(self._loss_rate, frame)

    def steady(self, frame: int) -> ChannelState:
        """The same in the mean over 20 s, for what a rate too high misleads as one too low does."""
        return self._faded(self._lost / self._packets, frame)

    def with_loss(self, loss_rate: float) -> ChannelState:
        """The same with a loss rate that is known otherwise, 0..1: bursts are what they were."""
        return ChannelState(loss_rate, self.burstiness / max(1.0 - loss_rate, 0.01))

    def _faded(self, rate: float, frame: int) -> ChannelState:
        old = max(frame - self._measured - FRESH, 0.0)
        loss_rate = PRIOR_LOSS + (rate - PRIOR_LOSS) * math.exp(-old / self.fades)
        return self.with_loss(loss_rate)


def _seen(window: int, burstiness: float) -> float:
    """What a window shows of p (1 - p), on average: the more losses cling together, the less.

    The variance of the loss rate over n packets is p (1 - p) (1 + r) / (1 - r) / n for packets
    whose losses correlate as r, r^2, ...; on a Gilbert channel r is 1 - 1 / burstiness.
    """
    return max(1.0 - (2.0 * burstiness - 1.0) / window, 0.5)
