# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playout buffer, case by case.

Unless a test says otherwise something vouches for every packet that comes, as on a link that loses
packets and damages none.
"""

import pytest
from gnuradio.largesc import sequence_playout
from gnuradio.largesc.frame.tokens import Allocation, TokenOrigin
from sent_stream import (
    LATEST,
    LONGEST_OUTAGE,
    UNKNOWN,
    Sent,
    assert_nothing_wrong,
    play,
)


def test_frame_leaves_when_the_look_ahead_is_reached() -> None:
    sent = Sent(10, [Allocation()])
    for look_ahead in range(6):
        buffer = sequence_playout(look_ahead)
        due = [[step.frame for step in buffer.push(p)] for p in sent.packets]
        assert due == [[]] * look_ahead + [[n] for n in range(10 - look_ahead)]


def test_newest_is_the_frame_that_just_came_or_nothing_if_it_was_lost() -> None:
    sent = Sent(8, [Allocation(5, 2, 1)])
    arrivals = [p for n, p in enumerate(sent.packets) if n not in (3, 4)]
    steps = play(sequence_playout(2), arrivals, 8)
    for step in steps:
        newest = step.frame + 2
        came = newest < 8 and newest not in (3, 4)
        expected = [*sent.tokens[newest][:5].tolist(), -1, -1, -1] if came else [-1] * 8
        assert step.newest.tolist() == expected


@pytest.mark.parametrize("look_ahead", range(6))
def test_packet_that_comes_after_its_frame_was_due_is_late(look_ahead: int) -> None:
    sent = Sent(20, [Allocation()])
    too_late = 6 + max(look_ahead, 1)  # by then the frame 5 is due
    order = [*range(5), *range(6, too_late), 5, *range(too_late, 20)]
    buffer = sequence_playout(look_ahead)
    steps = play(buffer, [sent.packets[n] for n in order], 20)
    assert_nothing_wrong(steps, sent)
    assert (buffer.counts.late, buffer.counts.lost, buffer.counts.received) == (1, 1, 19)
    assert (steps[5].due == -1).all()


@pytest.mark.parametrize("behind", [LATEST - 1, LATEST])
def test_packet_far_behind_the_newest_is_late(behind: int) -> None:
    sent = Sent(200, [Allocation()])
    buffer = sequence_playout(5)
    order = [n for n in range(200) if n != 140]
    order.insert(order.index(140 + behind) + 1, 140)
    steps = play(buffer, [sent.packets[n] for n in order], 200)
    assert_nothing_wrong(steps, sent)
    assert (buffer.counts.late, buffer.counts.lost, buffer.counts.received) == (1, 1, 199)


def test_late_packet_repairs_nothing_that_was_played() -> None:
    sent = Sent(6, [Allocation(8, 7, 2)])
    buffer = sequence_playout(1)
    steps = play(buffer, [sent.packets[n] for n in (0, 1, 4, 3, 5)], 6)
    assert_nothing_wrong(steps, sent)
    assert (steps[2].due == -1).all()
    assert (buffer.counts.late, buffer.counts.lost) == (1, 2)


def test_packet_that_comes_twice_before_it_is_played_is_a_duplicate() -> None:
    sent = Sent(4, [Allocation()])
    buffer = sequence_playout(2)
    steps = play(buffer, [sent.packets[n] for n in (0, 1, 1, 0, 2, 3, 0)], 4)
    assert_nothing_wrong(steps, sent)
    assert (buffer.counts.received, buffer.counts.duplicate) == (4, 3)
    assert (buffer.counts.late, buffer.counts.lost) == (0, 0)


@pytest.mark.parametrize("start", [0, 1, 70, 120, 127, 128, 300])
def test_longest_outage_is_bridged_wherever_the_sequence_number_stands(start: int) -> None:
    sent = Sent(500, [Allocation()])
    lost = range(start, start + LONGEST_OUTAGE)
    arrivals = [p for n, p in enumerate(sent.packets) if n not in lost]
    buffer = sequence_playout(1)
    steps = play(buffer, arrivals, 500)
    assert_nothing_wrong(steps, sent)
    assert [step.frame for step in steps if (step.due == -1).all()] == list(lost)
    assert (buffer.counts.lost, buffer.counts.late) == (LONGEST_OUTAGE, 0)


@pytest.mark.parametrize("first", [64, 111, 112, 127])
def test_stream_whose_beginning_is_lost_still_starts_with_frame_0(first: int) -> None:
    sent = Sent(200, [Allocation()])
    steps = play(sequence_playout(1), sent.packets[first:], 200)
    assert_nothing_wrong(steps, sent)
    assert (steps[first].due == sent.tokens[first]).all()


def test_end_hands_on_frames_that_never_came() -> None:
    buffer = sequence_playout(3)
    steps = buffer.flush(5)
    assert [step.frame for step in steps] == [0, 1, 2, 3, 4]
    assert all((step.due == -1).all() for step in steps)
    assert buffer.counts.lost == 5


def test_holes_are_unsent_if_the_packet_came_and_unknown_if_it_did_not() -> None:
    sent = Sent(4, [Allocation(5, 2, 1)])
    steps = play(sequence_playout(1), [sent.packets[n] for n in (0, 2, 3)], 4)
    o = TokenOrigin
    assert steps[0].origin.tolist() == [o.PRIMARY] * 5 + [o.UNSENT] * 3
    assert steps[1].origin.tolist() == [o.REDUNDANT] * 2 + [UNKNOWN] * 6


def test_reset_begins_a_new_stream() -> None:
    sent = Sent(60, [Allocation()])
    buffer = sequence_playout(2)
    for p in sent.packets:
        buffer.push(p)
    buffer.reset()
    assert (
        buffer.counts.received,
        buffer.counts.lost,
        buffer.counts.late,
        buffer.counts.duplicate,
    ) == (0, 0, 0, 0)
    assert_nothing_wrong(play(buffer, sent.packets, 60), sent)
    assert buffer.look_ahead == 2


@pytest.mark.parametrize("look_ahead", [-1, 13])
def test_look_ahead_out_of_range_is_refused(look_ahead: int) -> None:
    with pytest.raises(ValueError, match=rf"look_ahead must be 0\.\.12, not {look_ahead}"):
        sequence_playout(look_ahead)
    buffer = sequence_playout(1)
    with pytest.raises(ValueError, match="look_ahead must be"):
        buffer.look_ahead = look_ahead
    assert buffer.look_ahead == 1
