# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reckoned positions of a reader that is asked seldom."""

import pytest
from gnuradio.largesc.radio.read_position import ASK_MOVING_S, ASK_STILL_S, ReadPosition

RATE = 8000.0


class Reader:
    """Reads at the rate, but for the times between which it stands still."""

    def __init__(self, still: tuple[float, float] = (0.0, 0.0)) -> None:
        self.time, self.asked, self._still = 0.0, 0, still
        self.position = ReadPosition(self.read, RATE, lambda: self.time)

    def read(self) -> int:
        self.asked += 1
        return self.truth()

    def truth(self) -> int:
        begin, end = self._still
        stood = min(max(self.time - begin, 0.0), end - begin)
        return round((self.time - stood) * RATE)


def test_it_is_right_while_the_reader_keeps_its_rate_and_asks_twenty_times_a_second() -> None:
    reader = Reader()
    for step in range(2000):
        reader.time = step / 1000.0
        assert reader.position.now() == pytest.approx(reader.truth(), abs=ASK_STILL_S * RATE + 1)
    assert reader.asked <= 2.0 / ASK_MOVING_S + 4


def test_before_the_reader_begins_nothing_is_read() -> None:
    reader = Reader(still=(0.0, 1.0))
    for step in range(100):
        reader.time = step / 100.0
        assert reader.position.now() == 0.0
    reader.time = 1.0 + 2 * ASK_STILL_S
    assert reader.position.now() == pytest.approx(reader.truth(), abs=1)


def test_it_notices_that_the_reader_stands_still() -> None:
    reader = Reader(still=(0.5, 9.0))
    worst = 0.0
    for step in range(1000):
        reader.time = step / 1000.0
        worst = max(worst, reader.position.now() - reader.truth())
    assert worst <= (ASK_MOVING_S + 0.002) * RATE
    assert reader.position.now() == reader.truth()


def test_after_a_reset_it_asks_anew() -> None:
    reader = Reader()
    reader.time = 1.0
    reader.position.now()
    reader.position.reset()
    reader.time = 0.0
    assert reader.position.now() == 0.0
