# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Residual loss by arithmetic, and which redundancy is chosen by what reports say."""

import numpy as np
import pytest
from gnuradio.largesc import sequence_playout
from gnuradio.largesc.control import residual_loss as arithmetic
from gnuradio.largesc.control.channel_estimate import (
    FADES,
    FRESH,
    PRIOR_BURSTINESS,
    PRIOR_LOSS,
    ChannelEstimate,
)
from gnuradio.largesc.control.redundancy_choice import (
    RedundancyChooser,
    choices,
    choose_redundancy,
)
from gnuradio.largesc.control.residual_loss import Redundancy, residual_loss
from gnuradio.largesc.frame.report import ChannelReport
from gnuradio.largesc.frame.tokens import Allocation
from sent_stream import Sent, play

REPEAT_3, REPEAT_5 = Redundancy("repetition", 3), Redundancy("repetition", 5)
PAIR, WINDOW = Redundancy("xor_pair"), Redundancy("window")


class Listener:
    """A chooser that gets a report of 50 packets every 12 frames."""

    def __init__(self, look_ahead: int):
        self.chooser, self.frame = RedundancyChooser(look_ahead), 0

    @property
    def burstiness(self) -> float:
        return self.chooser.channel.burstiness

    def hear(self, loss_rate: float, mean_burst: float, times: int) -> Redundancy:
        """The choice after so many that say the same."""
        report = ChannelReport(loss_rate=loss_rate, mean_burst=mean_burst, window=50)
        for _ in range(times):
            self.frame += 12
            self.chooser.hear(report, self.frame)
        return self.chooser.choice(self.frame)


@pytest.mark.parametrize("lag", [1, 3, 5, 12])
def test_repetition_is_lost_if_both_packets_are(lag: int) -> None:
    repeated = Redundancy("repetition", lag)
    assert residual_loss(repeated, lag, 0.2, 0.0) == pytest.approx(0.04)
    both = 0.2 + 0.8 * (1 - 1 / 3 - 1 / 12) ** lag  # Gilbert: ends with 1/3, begins with 1/12
    assert residual_loss(repeated, lag, 0.2, 3.0) == pytest.approx(0.2 * both)
    assert residual_loss(repeated, lag - 1, 0.2, 3.0) == pytest.approx(0.2)  # comes too late


# What larger simulations give, independent losses: docs/redundancy.md.
@pytest.mark.parametrize(
    ("redundancy", "look_ahead", "loss_rate", "percent"),
    [
        (PAIR, 3, 0.2, 1.72),
        (PAIR, 5, 0.2, 1.22),
        (WINDOW, 5, 0.2, 0.84),
        (PAIR, 3, 0.3, 5.84),
        (WINDOW, 5, 0.3, 4.26),
        (WINDOW, 12, 0.2, 0.33),
    ],
)
def test_codes_leave_what_simulations_find(
    redundancy: Redundancy, look_ahead: int, loss_rate: float, percent: float
) -> None:
    found = 100 * residual_loss(redundancy, look_ahead, loss_rate, 0.0)
    assert found == pytest.approx(percent, abs=0.16)


@pytest.mark.parametrize("redundancy", [PAIR, WINDOW])
@pytest.mark.parametrize("look_ahead", [1, 3, 5, 7])
def test_patterns_are_solved_as_the_playout_does(redundancy: Redundancy, look_ahead: int) -> None:
    unsolved = {tuple(row) for row in arithmetic._unsolved(redundancy.code, look_ahead)}
    size, random = len(next(iter(unsolved))), np.random.default_rng(look_ahead)
    frame, start = size - 1 - look_ahead, 10  # what is before the pattern came
    sent = Sent(start + size, [Allocation(4, 4, code=redundancy.code)])
    for _ in range(60):
        lost = random.random(size) < 0.45
        lost[frame], lost[-1] = True, False  # its last packet comes, so that all is played in time
        arrivals = sent.packets[:start]
        arrivals += [p for p, gone in zip(sent.packets[start:], lost, strict=True) if not gone]
        steps = play(sequence_playout(look_ahead), arrivals, start + size)
        assert (steps[start + frame].due[0] == -1) == (tuple(lost) in unsolved)


@pytest.mark.parametrize(
    ("look_ahead", "loss_rate", "mean_burst", "best"),
    [
        (1, 0.2, 1.25, Redundancy("repetition", 1)),
        (3, 0.2, 1.25, PAIR),
        (3, 0.3, 1.4, PAIR),
        (3, 0.2, 3.0, REPEAT_3),
        (5, 0.2, 1.25, WINDOW),
        (5, 0.2, 3.0, REPEAT_5),
        (5, 0.3, 3.0, REPEAT_5),
        (12, 0.2, 3.0, Redundancy("repetition", 12)),
    ],
)
def test_lone_losses_are_combined_against_and_bursts_repeated_across(
    look_ahead: int, loss_rate: float, mean_burst: float, best: Redundancy
) -> None:
    assert choose_redundancy(look_ahead, loss_rate, mean_burst) == best


def test_choices_come_in_time() -> None:
    assert choices(0) == choices(1) == [Redundancy("repetition", 1)]
    assert choices(4) == [Redundancy("repetition", 4), PAIR]
    assert choices(8) == [REPEAT_5, PAIR, WINDOW, Redundancy("repetition", 8)]


@pytest.mark.parametrize("loss_rate", [0.0, 0.01, 0.5, 0.99, 1.0])
@pytest.mark.parametrize("mean_burst", [0.0, 1.0, 3.0, 50.0, 1e9])
def test_any_report_gives_a_choice(loss_rate: float, mean_burst: float) -> None:
    for look_ahead in (0, 3, 5):
        chosen = choose_redundancy(look_ahead, loss_rate, mean_burst)
        assert 0 <= residual_loss(chosen, look_ahead, loss_rate, mean_burst) <= 1


def test_chooser_learns_whether_losses_come_in_bursts() -> None:
    listener = Listener(3)
    assert listener.burstiness == pytest.approx(PRIOR_BURSTINESS)
    assert listener.hear(0.2, 1.25, 6) == PAIR
    assert listener.hear(0.2, 3.0, 30) == REPEAT_3
    assert listener.burstiness == pytest.approx(0.8 * 3.0, abs=0.3)
    listener.chooser.reset()
    assert listener.burstiness == pytest.approx(PRIOR_BURSTINESS)


def test_one_report_of_few_losses_does_not_overturn_what_is_known() -> None:
    listener = Listener(3)
    listener.hear(0.2, 1.25, 30)
    assert listener.hear(0.1, 2.0, 1) == PAIR
    before = listener.burstiness
    listener.chooser.hear(ChannelReport(), listener.frame)  # nothing was measured
    assert listener.hear(0.0, 0.0, 20) == PAIR
    assert listener.burstiness == before


def test_a_report_told_again_counts_once() -> None:
    report, often, once = (
        ChannelReport(loss_rate=0.3, mean_burst=4.0, window=50),
        ChannelEstimate(),
        ChannelEstimate(),
    )
    assert often.hear(report, 12)
    assert once.hear(report, 12)
    for later in range(1, 30):
        aged = ChannelReport(loss_rate=0.3, mean_burst=4.0, window=50, age=float(later))
        assert not often.hear(aged, 12 + later)
    assert often.burstiness == once.burstiness
    assert often.at(40) == once.at(40)


def test_an_old_report_fades_to_the_prior() -> None:
    estimate = ChannelEstimate()
    assert estimate.at(0).loss_rate == PRIOR_LOSS
    estimate.hear(ChannelReport(loss_rate=0.4, mean_burst=2.0, window=50, age=25.0), 100)
    assert estimate.at(75 + int(FRESH)).loss_rate == 0.4
    half = estimate.at(75 + int(FRESH + 0.693 * FADES)).loss_rate
    assert half == pytest.approx((0.4 + PRIOR_LOSS) / 2, abs=0.002)
    assert estimate.at(10_000).loss_rate == pytest.approx(PRIOR_LOSS)


def test_what_is_in_use_stays_where_another_is_hardly_better() -> None:
    border = next(
        burst for burst in np.arange(1.3, 3, 0.01) if choose_redundancy(3, 0.2, burst) == REPEAT_3
    )
    assert choose_redundancy(3, 0.2, border, before=PAIR) == PAIR
    assert choose_redundancy(3, 0.2, border + 0.3, before=PAIR) == REPEAT_3
