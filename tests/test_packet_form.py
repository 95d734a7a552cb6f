# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which form a stream's packets have, through the Python bindings; lib/packet/qa_packet_parser.cc
tests the kernel itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from largesc_kernels import (
    announcement,
    packet,
    packet_codec,
    packet_error,
    packet_parser,
    packet_refused,
)

PLAIN, CRC16 = packet_codec(), packet_codec(crc=True)
SPEECH = [packet(n, [n] * 4, [n] * 4, 1) for n in range(8)]


def refusal(parser: packet_parser, data: bytes) -> packet_error:
    with pytest.raises(packet_refused) as caught:
        parser.parse(data)
    return caught.value.error


@pytest.mark.parametrize("crc", [False, True])
def test_first_packet_comes_with_the_second(crc: bool) -> None:
    parser, codec = packet_parser(), packet_codec(crc)
    said = announcement(0, session=7)
    assert parser.parse(codec.pack(said)) == []
    assert parser.form is None
    assert parser.parse(codec.pack(SPEECH[0])) == [(said, crc, 0), (SPEECH[0], crc, 1)]
    assert parser.form == ("crc16" if crc else "none")
    assert parser.parse(codec.pack(SPEECH[1])) == [(SPEECH[1], crc, 1)]


def test_packet_of_the_other_form_is_refused_and_counted() -> None:
    parser = packet_parser("auto")
    for n in (0, 1):
        parser.parse(CRC16.pack(SPEECH[n]))
    assert refusal(parser, PLAIN.pack(SPEECH[2])) == packet_error.other_form
    assert parser.other_form == 1
    assert parser.parse(PLAIN.pack(SPEECH[3])) == [(SPEECH[3], False, 1)]
    parser.reset()
    assert (parser.form, parser.other_form) == (None, 0)


def test_what_waits_at_the_end_is_handed_on() -> None:
    parser = packet_parser()
    assert parser.flush() == []
    parser.parse(CRC16.pack(SPEECH[0]))
    assert parser.flush() == [(SPEECH[0], True, 0)]
    assert parser.flush() == []


def test_given_form_refuses_as_the_codec_does() -> None:
    without, with_check = packet_parser("none"), packet_parser("crc16")
    assert without.parse(PLAIN.pack(SPEECH[0])) == [(SPEECH[0], False, 1)]
    assert with_check.parse(CRC16.pack(SPEECH[0])) == [(SPEECH[0], True, 1)]
    assert refusal(without, CRC16.pack(SPEECH[0])) == packet_error.length
    assert refusal(with_check, PLAIN.pack(SPEECH[0])) == packet_error.crc


def test_bytes_that_are_none_say_why_before_the_form_is_known() -> None:
    for data, error in (
        (b"", packet_error.length),
        (bytes(11), packet_error.length),
        (b"\x01\xe5" + bytes(4), packet_error.version),
        (bytes.fromhex("0be59381"), packet_error.version),
    ):
        assert refusal(packet_parser(), data) == error


@pytest.mark.parametrize("form", ["", "crc", "plain", "AUTO"])
def test_other_forms_there_are_not(form: str) -> None:
    with pytest.raises(ValueError, match="form must be auto, none or crc16, not"):
        packet_parser(form)


@given(st.lists(st.binary(max_size=30) | st.sampled_from(SPEECH), max_size=40), st.data())
def test_nothing_is_handed_on_twice_or_made_up(arrivals: list, data: st.DataObject) -> None:
    parser, waiting, handed = packet_parser(), [], 0
    for arrival in arrivals:
        codec = data.draw(st.sampled_from([PLAIN, CRC16]))
        came = codec.pack(arrival) if isinstance(arrival, packet) else arrival
        try:
            found = parser.parse(came)
        except packet_refused:
            continue
        waiting.append(came)
        for says, verified, place in found:
            expected = waiting[-1] if place else waiting[-2]
            assert packet_codec(verified).pack(says) == expected
            handed += 1
    assert handed + len(parser.flush()) + parser.other_form >= len(waiting)
