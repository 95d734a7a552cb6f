# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Independent losses against theory, and the same ones for the same seed."""

import math

import numpy as np
import pytest
from gnuradio.largesc import independent_erasures

PACKETS = 100_000


def pattern(loss_rate: float, seed: int, packets: int = PACKETS) -> np.ndarray:
    """True where a packet is lost."""
    process = independent_erasures(loss_rate, seed)
    return np.array([process.next_is_lost() for _ in range(packets)])


def test_seed_gives_the_documented_losses() -> None:
    lost = pattern(0.5, seed=1, packets=24)
    assert "".join("1" if x else "0" for x in lost) == "111110110010011110111011"


def test_same_seed_same_losses_other_seed_others() -> None:
    first, second = pattern(0.3, 7, 1000), pattern(0.3, 7, 1000)
    np.testing.assert_array_equal(first, second)
    assert (first != pattern(0.3, 8, 1000)).any()


@pytest.mark.parametrize("loss_rate", [0.05, 0.1, 0.3, 0.5, 0.9])
def test_share_of_losses_is_the_loss_rate(loss_rate: float) -> None:
    deviation = math.sqrt(loss_rate * (1 - loss_rate) / PACKETS)
    assert abs(pattern(loss_rate, seed=2).mean() - loss_rate) < 4 * deviation


@pytest.mark.parametrize("loss_rate", [0.1, 0.3, 0.5])
def test_mean_burst_is_that_of_independent_losses(loss_rate: float) -> None:
    lost = pattern(loss_rate, seed=3)
    starts = np.count_nonzero(lost[1:] & ~lost[:-1]) + lost[0]
    mean_burst, expected = lost.sum() / starts, 1 / (1 - loss_rate)
    deviation = math.sqrt(loss_rate) / (1 - loss_rate) / math.sqrt(starts)
    assert abs(mean_burst - expected) < 4 * deviation


def test_losses_at_any_distance_are_uncorrelated() -> None:
    lost = pattern(0.4, seed=4) - 0.4
    for distance in range(1, 8):
        correlation = (lost[distance:] * lost[:-distance]).mean() / (0.4 * 0.6)
        assert abs(correlation) < 4 / math.sqrt(PACKETS)


def test_nothing_is_lost_at_0_and_everything_at_1() -> None:
    assert not pattern(0.0, seed=5).any()
    assert pattern(1.0, seed=5).all()


def test_higher_rate_loses_the_same_packets_and_more() -> None:
    few, many = pattern(0.1, seed=6), pattern(0.4, seed=6)
    assert (many >= few).all()


def test_rate_changes_for_the_packets_to_come() -> None:
    process = independent_erasures(0.0, 1)
    assert not any(process.next_is_lost() for _ in range(10))
    process.loss_rate = 1.0
    assert process.loss_rate == 1.0
    assert all(process.next_is_lost() for _ in range(10))
    process.loss_rate = 0.5
    after_20 = pattern(0.5, seed=1, packets=40)[20:]
    assert [process.next_is_lost() for _ in range(20)] == after_20.tolist()


@pytest.mark.parametrize("loss_rate", [-0.01, 1.01, float("nan"), float("inf")])
def test_rate_outside_0_to_1_is_refused(loss_rate: float) -> None:
    with pytest.raises(ValueError, match=r"loss_rate must be 0\.\.1"):
        independent_erasures(loss_rate, 0)
    process = independent_erasures(0.25, 0)
    with pytest.raises(ValueError, match=r"loss_rate must be 0\.\.1"):
        process.loss_rate = loss_rate
    assert process.loss_rate == 0.25
