# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playout buffer under any loss, reordering and duplication that a link may do to packets.

Unless a test says otherwise something vouches for every packet that comes, as on a link that loses
packets and damages none.
"""

import random
from typing import Any

import numpy as np
import pytest
from gnuradio.largesc import packet, packet_codec, playout_step, sequence_playout
from gnuradio.largesc.frame.tokens import Allocation, TokenOrigin
from gnuradio.largesc.link.packetizer import Packetizer
from hypothesis import given
from hypothesis import strategies as st

LOOK_AHEADS = st.integers(0, 5)
ALLOCATIONS = st.builds(Allocation, st.integers(4, 8), st.integers(0, 7), st.integers(1, 5))
UNKNOWN = 6  # the origin of a token of which nobody said whether it was sent
LATEST = 16  # frames behind the newest one at which a packet is still known to be late
LONGEST_OUTAGE = 110  # frames that the sequence number bridges: 128 - LATEST - 1 is the next one


class Sent:
    """Frames as they were sent, and their packets."""

    def __init__(self, frames: int, allocations: list[Allocation]):
        random_tokens = np.random.default_rng(frames).integers(0, 2048, (frames, 8))
        self.tokens = random_tokens.astype(np.int16)
        self.allocations = [allocations[n % len(allocations)] for n in range(frames)]
        packetizer = Packetizer(packet_codec())
        self.packets = [
            packet_codec().parse(packetizer.packetize(n, row, allocation).data)
            for n, (row, allocation) in enumerate(zip(self.tokens, self.allocations, strict=True))
        ]


@st.composite
def losses(draw: Any, max_frames: int = 300, in_a_row: int = 1) -> list[bool]:
    """Loss patterns of any kind without an outage that is too long for the sequence number.

    The cut and the tail may lengthen a run of losses by 40, and reordering the jump after it by
    LATEST: what is left for a run keeps the sum below LONGEST_OUTAGE. Before the tail at least
    ``in_a_row`` packets come between two runs.
    """
    longest = LONGEST_OUTAGE - 40 - LATEST - 1
    runs = draw(st.lists(st.tuples(st.integers(0, longest), st.integers(in_a_row, 60)), max_size=8))
    pattern = [x for lost, received in runs for x in [True] * lost + [False] * received]
    return pattern[:max_frames] + draw(st.lists(st.booleans(), max_size=40))


def play(
    buffer: sequence_playout, arrivals: list[packet], frames: int, verified: bool = True
) -> list[playout_step]:
    """Everything that leaves the buffer."""
    steps = [step for arrival in arrivals for step in buffer.push(arrival, verified)]
    return steps + buffer.flush(frames)


def table(steps: list[playout_step], what: str) -> np.ndarray:
    """One attribute of all steps, ``[frames, 8]``."""
    return np.array([getattr(step, what) for step in steps]).reshape(-1, 8)


def assert_nothing_wrong(steps: list[playout_step], sent: Sent) -> None:
    """Every frame once and in order; every token as it was sent, or missing."""
    assert [step.frame for step in steps] == list(range(len(sent.tokens)))
    due, origin = table(steps, "due"), table(steps, "origin")
    known = due != -1
    np.testing.assert_array_equal(due[known], sent.tokens[known])
    from_link = np.isin(origin, [TokenOrigin.PRIMARY, TokenOrigin.REDUNDANT])
    np.testing.assert_array_equal(from_link, known)


@given(losses(), LOOK_AHEADS, ALLOCATIONS)
def test_known_is_exactly_what_came_in_time(
    lost: list[bool], look_ahead: int, allocation: Allocation
) -> None:
    sent = Sent(len(lost), [allocation])
    buffer = sequence_playout(look_ahead)
    arrivals = [p for p, gone in zip(sent.packets, lost, strict=True) if not gone]
    steps = play(buffer, arrivals, len(lost))
    assert_nothing_wrong(steps, sent)
    origin, codebook = table(steps, "origin"), np.arange(8)
    came = ~np.array(lost, dtype=bool)[:, None]
    repeated = np.zeros_like(came)
    if allocation.lag <= look_ahead:
        repeated[: -allocation.lag] = came[allocation.lag :]
    primary = came & (codebook < allocation.n_primary)
    redundant = repeated & (codebook < allocation.n_redundant) & ~primary
    np.testing.assert_array_equal(origin == TokenOrigin.PRIMARY, primary)
    np.testing.assert_array_equal(origin == TokenOrigin.REDUNDANT, redundant)
    assert (buffer.counts.received, buffer.counts.lost) == (len(lost) - sum(lost), sum(lost))
    assert (buffer.counts.late, buffer.counts.duplicate) == (0, 0)


@given(losses(), LOOK_AHEADS, st.lists(ALLOCATIONS, min_size=1), st.randoms(use_true_random=False))
def test_reordering_within_the_look_ahead_and_duplicates_cost_nothing(
    lost: list[bool], look_ahead: int, allocations: list[Allocation], chance: random.Random
) -> None:
    sent = Sent(len(lost), allocations)
    # A packet is in time if it comes before that of `look_ahead` frames later.
    arrivals = []
    for frame, p in enumerate(sent.packets):
        if not lost[frame]:
            at = frame + chance.randint(0, max(look_ahead - 1, 0))
            arrivals.append((at, chance.random(), p))
            if chance.random() < 0.2:
                arrivals.append((at + chance.randint(0, 3), 1.0 + chance.random(), p))
    ordered = [p for _, _, p in sorted(arrivals, key=lambda arrival: arrival[:2])]
    buffer = sequence_playout(look_ahead)
    steps = play(buffer, ordered, len(lost))
    assert_nothing_wrong(steps, sent)
    for step in steps:
        came = not lost[step.frame]
        n_primary = sent.allocations[step.frame].n_primary if came else 0
        assert (step.due[:n_primary] != -1).all()
    assert (buffer.counts.received, buffer.counts.lost) == (len(lost) - sum(lost), sum(lost))
    assert buffer.counts.late + buffer.counts.duplicate == len(ordered) - buffer.counts.received


@given(losses(max_frames=150), LOOK_AHEADS, st.randoms(use_true_random=False))
def test_any_reordering_hands_on_every_frame_once_and_no_wrong_token(
    lost: list[bool], look_ahead: int, chance: random.Random
) -> None:
    sent = Sent(len(lost), [Allocation(6, 5, 2), Allocation(4, 7, 1), Allocation(8, 1, 5)])
    came = [n for n, gone in enumerate(lost) if not gone]
    came.sort(key=lambda n: n + chance.uniform(0, LATEST))
    buffer = sequence_playout(look_ahead)
    steps = play(buffer, [sent.packets[n] for n in came], len(lost))
    assert_nothing_wrong(steps, sent)
    assert buffer.counts.received + buffer.counts.late == len(came)
    assert buffer.counts.received + buffer.counts.lost == len(lost)
    assert buffer.counts.duplicate == 0


@given(losses(max_frames=150), st.lists(LOOK_AHEADS, min_size=1))
def test_look_ahead_may_change_at_any_time(lost: list[bool], look_aheads: list[int]) -> None:
    sent = Sent(len(lost), [Allocation(8, 4, 1)])
    buffer, steps = sequence_playout(look_aheads[0]), []
    for n, p in enumerate(sent.packets):
        buffer.look_ahead = look_aheads[n % len(look_aheads)]
        if not lost[n]:
            steps += buffer.push(p, verified=True)
    assert_nothing_wrong(steps + buffer.flush(len(lost)), sent)


@pytest.mark.parametrize("look_ahead", range(6))
@pytest.mark.parametrize("lag", range(1, 6))
def test_isolated_loss_is_repaired_if_the_lag_is_within_the_look_ahead(
    look_ahead: int, lag: int
) -> None:
    sent = Sent(30, [Allocation(8, 3, lag)])
    arrivals = [p for n, p in enumerate(sent.packets) if n not in (7, 19)]
    steps = play(sequence_playout(look_ahead), arrivals, 30)
    for frame in (7, 19):
        known = 3 if lag <= look_ahead else 0
        expected = [*sent.tokens[frame][:known].tolist(), *[-1] * (8 - known)]
        assert steps[frame].due.tolist() == expected


@given(st.integers(0, 290), st.integers(0, 127), LOOK_AHEADS)
def test_damaged_number_that_nothing_vouches_for_invents_no_frames(
    damaged: int, number: int, look_ahead: int
) -> None:
    sent = Sent(300, [Allocation(8, 0, 1)])
    sent.packets[damaged].sequence = number
    buffer = sequence_playout(look_ahead)
    steps = play(buffer, sent.packets, 300, verified=False)
    assert [step.frame for step in steps] == list(range(300))
    assert buffer.counts.lost <= 8
    assert buffer.counts.doubtful <= 1


@given(losses(in_a_row=2), LOOK_AHEADS)
def test_what_nothing_vouches_for_is_played_or_doubted(lost: list[bool], look_ahead: int) -> None:
    sent = Sent(len(lost), [Allocation(8, 4, 1)])
    arrivals = [p for p, gone in zip(sent.packets, lost, strict=True) if not gone]
    buffer = sequence_playout(look_ahead)
    steps = play(buffer, arrivals, len(lost), verified=False)
    assert_nothing_wrong(steps, sent)
    assert buffer.counts.received + buffer.counts.doubtful == len(arrivals)


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


@pytest.mark.parametrize("look_ahead", [-1, 6])
def test_look_ahead_out_of_range_is_refused(look_ahead: int) -> None:
    with pytest.raises(ValueError, match=rf"look_ahead must be 0\.\.5, not {look_ahead}"):
        sequence_playout(look_ahead)
    buffer = sequence_playout(1)
    with pytest.raises(ValueError, match="look_ahead must be"):
        buffer.look_ahead = look_ahead
    assert buffer.look_ahead == 1
