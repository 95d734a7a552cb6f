# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Combinations of earlier frames in a packet, from the sender to both playout buffers."""

from collections.abc import Iterable

import numpy as np
import pytest
from gnuradio.largesc import (
    combined_tokens,
    deadline_playout,
    frame_code,
    packet_codec,
    playout_step,
    sequence_playout,
)
from gnuradio.largesc.frame.tokens import CODE_LAGS, Allocation, TokenOrigin, no_tokens
from gnuradio.largesc.link.packetizer import Packetizer
from hypothesis import given
from hypothesis import strategies as st
from sent_stream import LOOK_AHEADS, Sent, assert_nothing_wrong, losses, play, table

XOR_PAIR, WINDOW = Allocation(4, 4, code="xor_pair"), Allocation(4, 4, code="window")
CODES = {"xor_pair": XOR_PAIR, "window": WINDOW}


def tokens_of(frame: int) -> np.ndarray:
    """Eight tokens that differ from frame to frame."""
    return np.random.default_rng(frame).integers(0, 2048, 8).astype(np.int16)


def packets_of(
    packetizer: Packetizer, steps: Iterable[tuple[int, bool]], chosen: Allocation
) -> list:
    """Packets of frames, silent or not, as a receiver reads them."""
    made = (packetizer.packetize(n, tokens_of(n), chosen, silence) for n, silence in steps)
    return [packet_codec().parse(packed.data) for packed in made]


def due_by_clock(sent: Sent, lost: list[bool], look_ahead: int) -> list[playout_step]:
    """What the buffer driven by the clock plays of the stream; its first packet comes."""
    buffer, due = deadline_playout(look_ahead, margin=0.0), []
    for n in range(len(lost) + look_ahead):
        if n < len(lost) and not lost[n]:
            buffer.push(sent.packets[n], 0.08 * n, verified=True)
        step = buffer.step(0.08 * n + 0.04)
        due += [step] if n >= look_ahead else []
    return due


def known_by_pairs(lost: list[bool], look_ahead: int) -> list[bool]:
    """Which frames are known when they are due: of two lags, chains are all that there is."""
    known, combined, due = set[int](), [], []
    for newest in range(len(lost) + look_ahead):
        if newest < len(lost) and not lost[newest]:
            known.add(newest)
            pair = {newest - 1, newest - 3}
            combined += [pair if min(pair) >= 0 else {max(pair)}]
        while missing := [pair - known for pair in combined if len(pair - known) == 1]:
            known.update(*missing)
        if newest >= look_ahead:
            due.append(newest - look_ahead in known)
    return due


def test_codes_are_those_of_the_kernel() -> None:
    of_kernel = {name: tuple(code.lags) for name, code in frame_code.__members__.items()}
    assert of_kernel == CODE_LAGS


@given(losses(), LOOK_AHEADS)
def test_xor_of_two_frames_brings_back_what_it_can_in_time(
    lost: list[bool], look_ahead: int
) -> None:
    sent = Sent(len(lost), [XOR_PAIR])
    buffer = sequence_playout(look_ahead)
    arrivals = [p for p, gone in zip(sent.packets, lost, strict=True) if not gone]
    steps = play(buffer, arrivals, len(lost))
    assert_nothing_wrong(steps, sent)
    # Behind the last packet that came, frames are due at once.
    last = len(lost) - lost[::-1].index(False) if False in lost else 0
    expected = known_by_pairs(lost[:last], look_ahead)
    assert (table(steps, "due")[:last, :4] != -1).all(axis=1).tolist() == expected
    origin = table(steps, "origin")[:last, 0]
    redundant = np.array(expected, dtype=bool) & np.array(lost[:last], dtype=bool)
    assert (origin == TokenOrigin.REDUNDANT).tolist() == redundant.tolist()
    assert buffer.counts.repaired == redundant.sum()


@pytest.mark.parametrize("code", CODES)
@given(pattern=st.lists(st.booleans(), min_size=1, max_size=120), look_ahead=LOOK_AHEADS)
def test_both_playouts_know_the_same(code: str, pattern: list[bool], look_ahead: int) -> None:
    # The first packet tells the clock's buffer where it is, the last that of numbers what is lost.
    lost = [False, *pattern, *[False] * 13]
    while "".join("x" if gone else "." for gone in lost).find("x" * 20) >= 0:
        lost = [gone and n % 20 > 0 for n, gone in enumerate(lost)]  # idle after 25
    sent = Sent(len(lost), [CODES[code]])
    arrivals = [p for p, gone in zip(sent.packets, lost, strict=True) if not gone]
    by_number = play(sequence_playout(look_ahead), arrivals, len(lost))
    by_clock = due_by_clock(sent, lost, look_ahead)
    assert_nothing_wrong(by_number, sent)
    assert_nothing_wrong(by_clock, sent)
    assert (table(by_number, "due") == table(by_clock, "due")).all()
    assert (table(by_number, "origin") == table(by_clock, "origin")).all()


@pytest.mark.parametrize(
    ("code", "look_ahead", "lost", "back"),
    [
        ("xor_pair", 3, {20}, {20}),
        ("xor_pair", 0, {20}, set()),
        ("xor_pair", 1, {20}, {20}),
        ("xor_pair", 3, {20, 21}, {20, 21}),
        ("xor_pair", 3, {20, 22}, {20, 22}),
        ("window", 5, {20, 21, 22}, {20, 21, 22}),
        ("window", 5, {20, 22}, {20, 22}),  # a pair of sums that XOR alone would not tell apart
        ("window", 5, {20, 21, 22, 23}, {21, 22, 23}),
    ],
)
def test_losses_that_a_code_brings_back(
    code: str, look_ahead: int, lost: set[int], back: set[int]
) -> None:
    sent = Sent(40, [CODES[code]])
    arrivals = [p for n, p in enumerate(sent.packets) if n not in lost]
    steps = play(sequence_playout(look_ahead), arrivals, 40)
    assert_nothing_wrong(steps, sent)
    assert {step.frame for step in steps if step.due[3] != -1} == set(range(40)) - lost | back


@pytest.mark.parametrize("code", CODES)
def test_sender_combines_speech_and_repeats_where_it_cannot(code: str) -> None:
    chosen, kernel = CODES[code], frame_code.__members__[code]
    speech, pause = 12, 20  # a pause from frame 12 on, speech again from 20 on
    frames = [(n, speech <= n < pause) for n in range(30)]
    packets = packets_of(Packetizer(packet_codec()), frames, chosen)
    for n, silent in frames:
        earlier = [n - lag for lag in kernel.lags]
        there = [m for m in earlier if m >= 0 and not speech <= m < pause]
        if len(there) == len(earlier) and not silent:
            expected = combined_tokens(kernel, [tokens_of(m)[:4].tolist() for m in earlier])
            assert (packets[n].code, packets[n].redundant) == (kernel, expected)
            continue
        assert packets[n].code == frame_code.repetition
        assert packets[n].redundant == (tokens_of(there[-1])[:4].tolist() if there else [])
        assert packets[n].lag == (n - there[-1] if there else 0)
    # Each of the last frames before the pause is repeated in it once.
    repeated = [n - packets[n].lag for n in range(speech, speech + max(kernel.lags))]
    assert repeated == list(range(speech - max(kernel.lags), speech))


def test_frames_are_combined_as_far_as_all_of_them_were_sent() -> None:
    packetizer = Packetizer(packet_codec())
    for n, n_primary in enumerate((8, 8, 5, 8)):
        packetizer.packetize(n, tokens_of(n), Allocation(n_primary))
    packed = packetizer.packetize(5, tokens_of(5), Allocation(4, 7, code="xor_pair"))
    assert packet_codec().parse(packed.data).lag == 3  # frame 4 did not get here
    packetizer.packetize(4, tokens_of(4), Allocation(8))
    packed = packetizer.packetize(5, tokens_of(5), Allocation(4, 7, code="xor_pair"))
    parsed = packet_codec().parse(packed.data)
    assert (parsed.code, len(parsed.redundant), packed.tokens) == (frame_code.xor_pair, 5, 9)


def test_frame_with_holes_is_combined_up_to_the_first() -> None:
    packetizer = Packetizer(packet_codec())
    holed = tokens_of(1)
    holed[2:] = -1
    packetizer.packetize(0, tokens_of(0), XOR_PAIR)
    with pytest.raises(ValueError, match="token must be"):
        packetizer.packetize(1, no_tokens(), XOR_PAIR)
    packetizer.packetize(2, tokens_of(2), XOR_PAIR)
    parsed = packet_codec().parse(packetizer.packetize(3, tokens_of(3), XOR_PAIR).data)
    assert (parsed.code, len(parsed.redundant)) == (frame_code.xor_pair, 4)


def test_redundancy_reaches_as_far_as_its_longest_lag() -> None:
    assert [Allocation(4, 4, 7).reach, XOR_PAIR.reach, WINDOW.reach] == [7, 3, 5]
    assert Allocation(8, 0, 7, "window").reach == 0
