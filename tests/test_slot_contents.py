# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packets in slots and back: any bytes, and damage that shows."""

import pytest
from gnuradio.largesc.link.slot_contents import NoSlotError, from_slot, into_slot, place_in_slot
from hypothesis import given
from hypothesis import strategies as some
from largesc_kernels import announcement, packet, packet_codec

SIZES = (7, 13, 23)


@given(some.binary(min_size=1, max_size=21))
def test_any_packet_comes_back(data: bytes) -> None:
    slot = into_slot(data, SIZES)
    assert len(slot) in SIZES
    assert from_slot(slot) == data
    assert slot[place_in_slot(slot)] == data


@given(some.binary(min_size=7, max_size=7) | some.binary(min_size=13, max_size=13))
def test_any_contents_are_a_packet_or_refused(slot: bytes) -> None:
    try:
        data = from_slot(slot)
    except ValueError:
        return
    assert into_slot(data, (len(slot),)) == slot


@pytest.mark.parametrize(("tokens", "size"), [(4, 7), (5, 13), (8, 13), (9, 23), (15, 23)])
def test_packets_of_speech_go_into_the_smallest_slot(tokens: int, size: int) -> None:
    primary = min(tokens, 8)
    said = packet(5, [2047] * primary, [2047] * (tokens - primary), int(tokens > 8))
    data = packet_codec().pack(said)
    slot = into_slot(data, SIZES)
    assert len(slot) == size
    assert (slot == data) == (len(data) == size)


def test_what_the_document_gives_as_an_example() -> None:
    assert into_slot(bytes.fromhex("0590"), SIZES) == bytes.fromhex("05ff0590000000")
    assert into_slot(bytes(9), SIZES) == bytes.fromhex("13ff") + bytes(11)
    assert into_slot(bytes(7), SIZES) == bytes(7)
    marked = bytes.fromhex("01ff0000000000")  # looks like a head, so it needs one
    assert into_slot(marked, SIZES) == bytes.fromhex("0fff") + marked + bytes(4)


def test_announcements_fit_by_their_text() -> None:
    codec = packet_codec()
    for text, size in (("", 13), ("DL1ABC", 23), ("at 12 bytes.", 23), ("DL1ABC in JO62", 23)):
        slot = into_slot(codec.pack(announcement(0, 1, text=text)), SIZES)
        assert len(slot) == size
    for text in ("DL1ABC JO62QM", "DL1ABC in JO62Q"):
        with pytest.raises(NoSlotError, match="bytes fits no slot of 23"):
            into_slot(codec.pack(announcement(0, 1, text=text)), SIZES)


@pytest.mark.parametrize("data", [b"", bytes(24), bytes(22), b"\x01\xff" + bytes(21)])
def test_what_no_slot_holds_is_refused(data: bytes) -> None:
    with pytest.raises(NoSlotError, match="fits no slot of 23"):
        into_slot(data, SIZES)


@pytest.mark.parametrize(
    ("slot", "says"),
    [
        ("01ff0000000000", "no packet of 0"),
        ("0dff0000000000", "no packet of 6"),
        ("05ff0590000001", "not zero"),
    ],
)
def test_damage_shows(slot: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        from_slot(bytes.fromhex(slot))
