# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The player's requests: never too many, repeated when unanswered, no stall."""

import pytest
from gnuradio.largesc.link.frame_demand import PATIENCE_S, FrameDemand
from hypothesis import given
from hypothesis import strategies as st


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@given(
    prefetch=st.integers(1, 4),
    events=st.lists(st.sampled_from(["come", "begin", "wait"]), max_size=60),
)
def test_on_the_way_and_in_hand_never_exceed_the_prefetch(prefetch, events):
    clock = Clock()
    demand = FrameDemand(prefetch, clock)
    on_the_way, in_hand = demand.to_ask(0), 0
    assert on_the_way == prefetch
    for event in events:
        if event == "come" and on_the_way:
            demand.answered()
            on_the_way, in_hand = on_the_way - 1, in_hand + 1
        elif event == "begin" and in_hand:
            in_hand -= 1
        elif event == "wait":
            clock.now += 0.9 * PATIENCE_S / 60
        on_the_way += demand.to_ask(in_hand)
        assert on_the_way + in_hand == prefetch


def test_unanswered_request_is_repeated_once_per_patience():
    clock = Clock()
    demand = FrameDemand(1, clock)
    asked = []
    for step in range(24):
        clock.now = 0.125 * step
        asked.append(demand.to_ask(0))
    assert asked[0] == 1
    assert sum(asked) == 5  # at 0, 0.625, 1.25, 1.875 and 2.5 s
    assert demand.unanswered == 4


def test_late_answer_makes_up_for_the_repeated_request():
    clock = Clock()
    demand = FrameDemand(1, clock)
    demand.to_ask(0)
    clock.now = 0.6
    assert demand.to_ask(0) == 1
    demand.answered()  # the late one
    demand.answered()  # that of the repeated request
    assert demand.to_ask(2) == 0
    assert demand.to_ask(1) == 0
    assert demand.to_ask(0) == 1


def test_frames_nobody_asked_for_are_no_debt():
    demand = FrameDemand(2, Clock())
    for _ in range(5):
        demand.answered()
    assert demand.to_ask(0) == 2


def test_reset_forgets_requests():
    demand = FrameDemand(1, Clock())
    demand.to_ask(0)
    demand.reset()
    assert demand.to_ask(0) == 1


def test_without_prefetch_one_is_asked_for_when_the_last_has_been_handed_on():
    demand = FrameDemand(0, Clock())
    assert demand.to_ask(0, is_handing_on=True) == 0
    assert demand.to_ask(0, is_handing_on=False) == 1
    assert demand.to_ask(0, is_handing_on=False) == 0  # it is on its way
    demand.answered()
    assert demand.to_ask(1, is_handing_on=False) == 0
    assert demand.to_ask(0, is_handing_on=True) == 0


def test_with_prefetch_one_is_asked_for_while_the_last_is_handed_on():
    assert FrameDemand(1, Clock()).to_ask(0, is_handing_on=True) == 1


def test_prefetch_must_not_be_negative():
    with pytest.raises(ValueError, match="prefetch must be 0 or more, not -1"):
        FrameDemand(-1)
