# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sender's packets: what they carry for any allocation and any gap in the frames."""

from typing import Any

import numpy as np
import pytest
from gnuradio.largesc import packet, packet_codec
from gnuradio.largesc.frame.tokens import Allocation, check_tokens, no_tokens
from gnuradio.largesc.link.packetizer import Packetizer
from hypothesis import given
from hypothesis import strategies as st

ALLOCATIONS = st.builds(Allocation, st.integers(4, 8), st.integers(0, 7), st.integers(1, 12))


def tokens_of(frame: int) -> np.ndarray:
    """Eight tokens that differ from frame to frame."""
    return np.random.default_rng(frame).integers(0, 2048, 8).astype(np.int16)


@given(
    st.integers(0, 1000), st.lists(st.tuples(st.booleans(), ALLOCATIONS), min_size=1, max_size=40)
)
def test_packet_has_the_frame_and_the_earlier_one_if_there_was(first: int, steps: Any) -> None:
    packetizer = Packetizer(packet_codec())
    came = set()
    for frame, (comes, allocation) in enumerate(steps, start=first):
        if not comes:
            continue
        packed = packetizer.packetize(frame, tokens_of(frame), allocation)
        came.add(frame)
        parsed = packet_codec().parse(packed.data)
        assert parsed.sequence == frame % 128
        assert parsed.primary == tokens_of(frame)[: allocation.n_primary].tolist()
        earlier = frame - allocation.lag
        if earlier in came and allocation.n_redundant:
            assert parsed.redundant == tokens_of(earlier)[: allocation.n_redundant].tolist()
            assert parsed.lag == allocation.lag
        else:
            assert (parsed.redundant, parsed.lag) == ([], 0)
        assert packed.tokens == len(parsed.primary) + len(parsed.redundant)


@given(st.lists(st.tuples(st.booleans(), ALLOCATIONS), min_size=1, max_size=40))
def test_silent_frame_repeats_speech_and_is_not_repeated(steps: Any) -> None:
    packetizer = Packetizer(packet_codec())
    for frame, (silence, allocation) in enumerate(steps):
        packed = packetizer.packetize(frame, tokens_of(frame), allocation, silence)
        n_primary = 0 if silence else allocation.n_primary
        earlier = frame - allocation.lag
        repeats = earlier >= 0 and not steps[earlier][0] and allocation.n_redundant > 0
        redundant = tokens_of(earlier)[: allocation.n_redundant].tolist() if repeats else []
        expected = packet(
            frame, tokens_of(frame)[:n_primary].tolist(), redundant, allocation.lag * repeats
        )
        assert packet_codec().parse(packed.data) == expected
        assert packed.tokens == n_primary + len(redundant)


def test_packets_are_those_of_the_codec() -> None:
    codec = packet_codec(crc=True)
    data = Packetizer(codec).packetize(3, tokens_of(3), Allocation(5)).data
    assert codec.parse(data) == packet(3, tokens_of(3)[:5].tolist())


@pytest.mark.parametrize("lag", range(1, 13))
def test_frame_is_repeated_at_any_lag(lag: int) -> None:
    packetizer = Packetizer(packet_codec())
    for frame in range(30):
        data = packetizer.packetize(frame, tokens_of(frame), Allocation(4, 3, lag)).data
        repeated = tokens_of(frame - lag)[:3].tolist() if frame >= lag else []
        assert packet_codec().parse(data).redundant == repeated


def test_sequence_number_wraps() -> None:
    packetizer = Packetizer(packet_codec())
    data = [packetizer.packetize(n, tokens_of(n), Allocation(4)).data for n in (127, 128, 400)]
    assert [packet_codec().parse(d).sequence for d in data] == [127, 0, 16]


def test_reset_forgets_the_frames_before() -> None:
    packetizer = Packetizer(packet_codec())
    packetizer.packetize(0, tokens_of(0), Allocation(8, 7, 1))
    packetizer.reset()
    packed = packetizer.packetize(1, tokens_of(1), Allocation(8, 7, 1))
    assert packet_codec().parse(packed.data).redundant == []


def test_missing_token_that_is_sent_is_refused_and_the_next_frame_packed() -> None:
    packetizer = Packetizer(packet_codec())
    holed = tokens_of(1)
    holed[4] = -1
    with pytest.raises(ValueError, match="token must be"):
        packetizer.packetize(1, holed, Allocation(5))
    packed = packetizer.packetize(2, tokens_of(2), Allocation(5, 3, 1))
    assert packet_codec().parse(packed.data).primary == tokens_of(2)[:5].tolist()


@given(st.integers(4, 8), st.integers(1, 7))
def test_earlier_frame_is_repeated_up_to_its_first_missing_token(known: int, repeat: int) -> None:
    packetizer = Packetizer(packet_codec())
    holed = tokens_of(0)
    holed[known:] = -1
    packetizer.packetize(0, holed, Allocation(4))
    packed = packetizer.packetize(1, tokens_of(1), Allocation(8, repeat, 1))
    expected = tokens_of(0)[: min(repeat, known)]
    assert packet_codec().parse(packed.data).redundant == expected.tolist()


@pytest.mark.parametrize(
    ("settings_", "message"),
    [
        ({"n_primary": 3}, r"n_primary must be 4\.\.8, not 3"),
        ({"n_primary": 9}, r"n_primary must be 4\.\.8, not 9"),
        ({"n_redundant": -1}, r"n_redundant must be 0\.\.7, not -1"),
        ({"n_redundant": 8}, r"n_redundant must be 0\.\.7, not 8"),
        ({"lag": 0}, r"lag must be 1\.\.12, not 0"),
        ({"lag": 13}, r"lag must be 1\.\.12, not 13"),
        ({"code": "xor"}, "code must be one of repetition, xor_pair, window, not 'xor'"),
    ],
)
def test_allocation_out_of_range_is_refused(settings_: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Allocation(**settings_)


def test_tokens_are_checked() -> None:
    np.testing.assert_array_equal(check_tokens([-1, 0, 1, 2, 3, 4, 5, 2047]), [-1, *range(6), 2047])
    assert check_tokens(no_tokens()).dtype == np.int16
    for wrong in ([0] * 7, [0] * 9, [], [[0] * 8], [0] * 7 + [2048], [0] * 7 + [-2]):
        with pytest.raises(ValueError, match="token"):
            check_tokens(wrong)
