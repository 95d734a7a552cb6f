# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Costs where the slot decides how often a packet is lost: arithmetic, and budgets that hold."""

import numpy as np
import pytest
from gnuradio.largesc.control.allocation_choice import Arrival, primary_costs, redundant_costs
from gnuradio.largesc.control.plain_rule import MEAN_COSTS
from gnuradio.largesc.control.residual_loss import Redundancy, gilbert, residual_loss
from gnuradio.largesc.control.slot_costs import Repeats, again_costs, loss_table, own_costs
from gnuradio.largesc.frame.report import ChannelReport
from gnuradio.largesc.link.slot_contents import slot_for
from gnuradio.largesc.radio.modem_profile import slot_losses_of
from gnuradio.largesc.speech_link.link_sender import LinkSender
from gnuradio.largesc.speech_link.settings import SenderSettings

COSTS = MEAN_COSTS[0].astype(np.float64)
SIZES = (7, 13, 23)
BITS = 8.0 * np.array(
    [[7, 13, 13, 13, 13, 23, 23, 23]] * 4 + [[13, 23, 23, 23, 23, 23, 23, np.inf]]
)


def test_losses_are_those_of_the_slot_and_what_fits_none_is_lost() -> None:
    lost = loss_table(BITS, {7: 0.1, 13: 0.3, 23: 0.8})
    assert lost[0].tolist() == [0.1, 0.3, 0.3, 0.3, 0.3, 0.8, 0.8, 0.8]
    assert lost[4].tolist() == [0.3, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 1.0]


@pytest.mark.parametrize(("rate", "burst", "lag"), [(0.2, 0.0, 1), (0.3, 3.0, 2), (0.0, 0.0, 1)])
def test_with_one_loss_rate_costs_are_those_of_one(rate: float, burst: float, lag: int) -> None:
    never = residual_loss(Redundancy(lag=lag), 3, rate, burst)
    arrival = Arrival(rate, rate - never, 0.0)
    lost = np.full((5, 8), rate)
    memory = gilbert(rate, burst).memory(lag)
    again = again_costs(COSTS, lost, Repeats(rate, 8, memory))
    assert again == pytest.approx(np.tile(redundant_costs(COSTS, arrival), (5, 1)))
    own = own_costs(COSTS, lost, arrival, 0)
    # Alike but for what every allocation costs where the packet is lost.
    assert own == pytest.approx(
        np.tile(primary_costs(COSTS, arrival)[:, None] + rate * COSTS[0], (1, 8))
    )


def test_many_frames_at_once_are_as_one_by_one() -> None:
    many = np.random.default_rng(1).random((6, 9))
    lost, arrival = loss_table(BITS, {7: 0.1, 13: 0.3, 23: 0.8}), Arrival(0.2, 0.1, 0.0)
    own, again = own_costs(many, lost, arrival, 4), again_costs(many, lost, Repeats(0.2, 5, 0.1))
    assert own.shape == again.shape == (6, 5, 8)
    for row in range(6):
        assert own[row] == pytest.approx(own_costs(many[row], lost, arrival, 4))
        assert again[row] == pytest.approx(again_costs(many[row], lost, Repeats(0.2, 5, 0.1)))


def test_a_repetition_helps_less_in_a_slot_that_is_lost_oftener() -> None:
    lost = loss_table(BITS, {7: 0.1, 13: 0.3, 23: 0.8})
    again = again_costs(COSTS, lost, Repeats(0.3, 8, 0.2))
    assert (again <= 0.0).all()
    assert again[0, 4] < again[0, 5] < 0.0  # a token more, and a larger slot for it
    assert again[4, 7] == 0.0  # where no slot holds it
    # Nothing is brought back where the losses are the same ones.
    assert again_costs(COSTS, lost, Repeats(0.3, 8, 1.0))[0, 4] == pytest.approx(0.0)


@pytest.mark.parametrize("code", ["auto", "xor_pair", "window", "repetition"])
@pytest.mark.parametrize("budget", [700, 1300, 2300])
def test_budgets_are_kept_whatever_the_losses(code: str, budget: float) -> None:
    settings = SenderSettings(
        budget=budget,
        code=code,
        lag=5,
        slots=SIZES,
        slot_losses=slot_losses_of("hf"),
        importance="plain",
    )
    link, random, taken = LinkSender(settings), np.random.default_rng(2), []
    for frame in range(300):
        if frame % 12 == 0:
            rate, snr = float(random.choice([0.0, 0.1, 0.4])), float(random.normal(2.0, 4.0))
            link.hear(ChannelReport(loss_rate=rate, mean_burst=1.4, window=50, snr=snr))
        silence = frame % 90 > 75
        (sent,) = link.push(frame, np.zeros(8, dtype=np.int16), silence)
        taken.append(slot_for(len(sent.data), SIZES))
    assert 8 * np.convolve(taken, np.ones(125), "valid").max() <= 10 * budget
    assert set(taken) <= set(SIZES)
    if budget > 700 and code == "auto":
        assert {7, 13} <= set(taken)
