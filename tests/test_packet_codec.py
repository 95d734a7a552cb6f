# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packet bytes through the Python bindings; lib/qa_packet_codec.cc tests the kernel itself."""

from typing import Any

import pytest
from gnuradio.largesc import packet, packet_codec
from hypothesis import given, settings
from hypothesis import strategies as st

GOLDEN = bytes.fromhex("0a 10 01 ff c0 0c 00 aa a0")  # worked by hand in docs/packet-format.md

TOKEN = st.integers(0, 2047)


@st.composite
def packets(draw: Any) -> packet:
    """Every packet that the format can say."""
    primary = draw(st.lists(TOKEN, min_size=4, max_size=8))
    redundant = draw(st.lists(TOKEN, max_size=7))
    lag = draw(st.integers(1, 5)) if redundant else 0
    return packet(draw(st.integers(0, 127)), primary, redundant, lag)


def fields(p: packet) -> tuple[Any, ...]:
    return p.sequence, p.primary, p.redundant, p.lag


def test_golden_vector_packs_and_parses() -> None:
    sent = packet(sequence=5, primary=[0, 2047, 1, 1024], redundant=[1365], lag=2)
    assert packet_codec.pack(sent) == GOLDEN
    assert fields(packet_codec.parse(GOLDEN)) == fields(sent)


@given(packets())
@settings(deadline=None, max_examples=300)
def test_what_is_packed_parses_to_the_same(sent: packet) -> None:
    data = packet_codec.pack(sent)
    tokens = len(sent.primary) + len(sent.redundant)
    assert len(data) == packet_codec.packet_size(tokens) == -(-(12 + 11 * tokens) // 8)
    assert fields(packet_codec.parse(data)) == fields(sent)


@given(st.binary(max_size=30))
@settings(deadline=None, max_examples=1000)
def test_bytes_are_refused_unless_packing_gives_them_again(data: bytes) -> None:
    try:
        parsed = packet_codec.parse(data)
    except ValueError:
        return
    assert packet_codec.pack(parsed) == data


@given(packets(), st.integers(0, 200))
@settings(deadline=None, max_examples=300)
def test_flipped_bit_is_refused_or_gives_another_packet(sent: packet, position: int) -> None:
    data = bytearray(packet_codec.pack(sent))
    position %= 8 * len(data)
    data[position // 8] ^= 0x80 >> position % 8
    try:
        parsed = packet_codec.parse(bytes(data))
    except ValueError:
        return
    assert fields(parsed) != fields(sent)
    assert packet_codec.pack(parsed) == data


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no packet has 0 bytes"),
        (GOLDEN[:6], "no packet has 6 bytes"),
        (bytes(24), "no packet has 24 bytes"),
        (bytes([0x01, 0xF0]) + bytes(5), "spare allocation code"),
        (b"\x0a\x10" + bytes(5), "spare allocation code"),  # a lag, but no redundant token
        (GOLDEN[:-1], "no packet has 8 bytes"),
        (GOLDEN[:-1] + b"\xa1", "padding bits are not zero"),
    ],
)
def test_error_says_what_is_wrong(data: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        packet_codec.parse(data)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (packet(0, [1] * 3), "n_primary must be 4..8, not 3"),
        (packet(0, [1] * 9), "n_primary must be 4..8, not 9"),
        (packet(0, [1] * 4, [1] * 8, 1), "n_redundant must be 0..7, not 8"),
        (packet(0, [1] * 4, [1], 0), "lag must be 1..5"),
        (packet(0, [1] * 4, [1], 6), "lag must be 1..5"),
        (packet(0, [1] * 4, [], 1), "lag must be 1..5 with redundant tokens and 0 without"),
        (packet(128, [1] * 4), "sequence must be 0..127, not 128"),
        (packet(-1, [1] * 4), "sequence must be 0..127, not -1"),
        (packet(0, [1, 1, 1, 2048]), "token must be 0..2047, not 2048"),
        (packet(0, [1, 1, 1, -1]), "token must be 0..2047, not -1"),
        (packet(0, [1] * 4, [-1], 1), "token must be 0..2047, not -1"),
    ],
)
def test_what_the_format_cannot_say_is_not_packed(wrong: packet, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        packet_codec.pack(wrong)


def test_format_is_the_documented_one() -> None:
    assert packet_codec.sequence_modulus == 128
    assert packet_codec.bits_per_token == 11
    assert packet_codec.max_lag == 5
    assert [packet_codec.packet_size(tokens) for tokens in (4, 8, 15)] == [7, 13, 23]
