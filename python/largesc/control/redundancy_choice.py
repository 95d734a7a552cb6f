# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which redundancy leaves the fewest frames lost: by what reports say of loss and bursts."""

from ..frame.report import ChannelReport
from ..frame.tokens import CODE_LAGS, REPETITION
from .residual_loss import Redundancy, residual_loss

# A lag above 5 makes a packet a byte or two longer (docs/packet-format.md): it must bring back
# so much more.
SHORT_LAG, LONG_LAG_PAYS = 5, 0.02
# Before the first report: 10 % lost, in bursts 1.6 times as long as by chance, which counts as much
# as six lost packets that were heard of.
PRIOR_LOSS, PRIOR_LOST, PRIOR_BURSTINESS = 0.1, 6.0, 1.6
KEPT = 0.95  # of what is known of bursts, from one report (1 s) to the next: 20 s
LEAST_LOSS = 0.02  # what is chosen where nothing was lost of late is for this much
BETTER = 0.95  # another choice must leave so much less lost than the one there is


def choices(look_ahead: int) -> list[Redundancy]:
    """Redundancy that can come in time, a repetition first; of lags the longest, for bursts.

    Args:
        look_ahead: frames that the receiver waits, 0..12. Without any nothing comes in time: the
            choice is then a repetition that does not help.
    """
    short = Redundancy(REPETITION, min(max(look_ahead, 1), SHORT_LAG))
    long = [Redundancy(REPETITION, look_ahead)] if look_ahead > SHORT_LAG else []
    codes = [
        Redundancy(code)
        for code, lags in CODE_LAGS.items()
        if 0 < max(lags, default=0) <= look_ahead
    ]
    return [short, *codes, *long]


def choose_redundancy(
    look_ahead: int, loss_rate: float, mean_burst: float, before: Redundancy | None = None
) -> Redundancy:
    """The redundancy with the least residual loss (:func:`residual_loss`).

    Args:
        look_ahead: frames that the receiver waits, 0..12.
        loss_rate: share of the packets that are lost, 0..1.
        mean_burst: mean length of the runs they form, in packets.
        before: what is in use; it stays unless another leaves BETTER less lost.
    """

    def cost(one: Redundancy) -> float:
        left = residual_loss(one, look_ahead, loss_rate, mean_burst)
        left *= 1.0 + LONG_LAG_PAYS * (one.lag > SHORT_LAG)
        return left * (BETTER if one == before else 1.0)

    return min(choices(look_ahead), key=cost)


class RedundancyChooser:
    """Chooses by report after report.

    The loss rate is that of the last report. Of bursts a report of 4 s knows little, at 20 % loss
    three or four of them; so runs of losses are counted over longer, and fade by KEPT per report.
    What is kept is how much longer than by chance they are, BurstR of ITU-T G.107: it outlasts a
    change of the loss rate.

    Args:
        look_ahead: frames that the receiver waits, 0..12.

    Attributes:
        chosen: the redundancy to send.
    """

    def __init__(self, look_ahead: int):
        self._look_ahead = look_ahead
        self.reset()

    def reset(self) -> None:
        """Forgets all reports."""
        self._by_chance = PRIOR_LOST * (1.0 - PRIOR_LOSS)
        self._runs = self._by_chance / PRIOR_BURSTINESS
        self.chosen = self._choice(PRIOR_LOSS, None)

    @property
    def burstiness(self) -> float:
        """How much longer than by chance runs of lost packets are, as far as reports tell."""
        return self._by_chance / self._runs

    def hear(self, report: ChannelReport) -> Redundancy:
        """Takes a new report; returns what to send from now on."""
        lost = report.loss_rate * report.window
        if lost and report.mean_burst:
            self._by_chance = KEPT * self._by_chance + lost * (1.0 - report.loss_rate)
            # Without the one that the window's beginning may have cut.
            begun = max(lost / report.mean_burst - report.loss_rate, 0.1)
            self._runs = KEPT * self._runs + begun
        if report.window:
            self.chosen = self._choice(max(report.loss_rate, LEAST_LOSS), self.chosen)
        return self.chosen

    def _choice(self, loss_rate: float, before: Redundancy | None) -> Redundancy:
        mean_burst = self.burstiness / max(1.0 - loss_rate, 0.01)
        return choose_redundancy(self._look_ahead, loss_rate, mean_burst, before)
