# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playout buffer under any loss, reordering and duplication that a link may do to packets.

Unless a test says otherwise something vouches for every packet that comes, as on a link that loses
packets and damages none.
"""

import random

import numpy as np
import pytest
from gnuradio.largesc import sequence_playout
from gnuradio.largesc.frame.tokens import Allocation, TokenOrigin
from hypothesis import given
from hypothesis import strategies as st
from sent_stream import (
    ALLOCATIONS,
    LATEST,
    LOOK_AHEADS,
    REPETITIONS,
    Sent,
    assert_nothing_wrong,
    losses,
    play,
    table,
)


@given(losses(), LOOK_AHEADS, REPETITIONS)
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
@pytest.mark.slow
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
@pytest.mark.slow
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


@pytest.mark.parametrize("look_ahead", range(13))
@pytest.mark.parametrize("lag", range(1, 13))
def test_isolated_loss_is_repaired_if_the_lag_is_within_the_look_ahead(
    look_ahead: int, lag: int
) -> None:
    sent = Sent(40, [Allocation(8, 3, lag)])
    arrivals = [p for n, p in enumerate(sent.packets) if n not in (7, 24)]
    steps = play(sequence_playout(look_ahead), arrivals, 40)
    for frame in (7, 24):
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
