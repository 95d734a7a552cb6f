# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Slots that failed, decoded with the header that is expected."""

from typing import Any

import numpy as np
import pytest
from gnuradio.largesc.link.known_headers import ExpectedHeader, KnownHeaders
from gnuradio.largesc.link.slot_contents import into_slot
from largesc_kernels import (
    announcement,
    hf_code,
    hf_demodulator,
    hf_modulator,
    packet,
    packet_codec,
    tail_biting_decoder,
    text_piece,
)

CODEC = packet_codec()
SLOT = 640


def speech(sequence: int, tokens: int = 4, random: Any = None) -> bytes:
    drawn = np.zeros(tokens) if random is None else random.integers(0, 2048, tokens)
    data: bytes = CODEC.pack(packet(sequence % 128, drawn.astype(int).tolist()))
    return data


def header(data: bytes) -> list[int]:
    return np.unpackbits(np.frombuffer(data[:2], dtype=np.uint8))[:12].tolist()


def assert_expected(expected: ExpectedHeader, place: int, sequence: int | None) -> None:
    found = expected.of(7, place)
    assert (None if found is None else found.tolist()) == (
        None if sequence is None else header(speech(sequence))
    )


def test_the_next_header_has_the_next_number_and_the_same_code() -> None:
    expected = ExpectedHeader()
    assert expected.of(7, 0) is None
    expected.note(speech(126), 10)
    expected.note(speech(127, 8), 11)
    assert expected.of(7, 12).tolist() == header(speech(0))
    assert expected.of(13, 14).tolist() == header(speech(2, 8))
    assert expected.of(23, 12) is None
    assert expected.of(7, 11) is None
    assert expected.of(7, 100) is None
    expected.note(speech(125), 9)  # a second try, out of order
    assert expected.of(7, 12).tolist() == header(speech(0))


@pytest.mark.parametrize("silent", [False, True])
def test_behind_what_stands_for_no_frame_no_number_is_expected(silent: bool) -> None:
    expected = ExpectedHeader()
    expected.note(speech(5), 10)
    piece = CODEC.pack(text_piece(6, silent, 0, 0, 0, b"abc"))
    expected.note(piece, 11)
    assert_expected(expected, 12, 7 if silent else None)
    expected.note(speech(7), 12)
    assert_expected(expected, 13, 8)
    said = CODEC.pack(announcement(8, 1, silent=silent))
    expected.note(into_slot(said, (7, 13)), 13)
    assert_expected(expected, 14, 9 if silent else None)
    expected.note(speech(7), 12)  # a second try, out of order
    assert_expected(expected, 14, 9 if silent else None)


def test_what_is_no_packet_tells_nothing() -> None:
    expected = ExpectedHeader()
    for contents in (b"\x01\xff" + bytes(5), b"\x01\xf1" + bytes(5), bytes(2)):
        expected.note(contents, 1)
    assert expected.of(7, 2) is None


def test_known_bits_are_kept_and_make_others_likelier() -> None:
    code, random = hf_code(7), np.random.default_rng(1)
    decoder, right = tail_biting_decoder(code), [0, 0]
    for _ in range(40):
        bits = random.integers(0, 2, 56).astype(np.uint8)
        came = 2.0 * code.encode(bits) - 1.0 + random.normal(0, 1.75, 256)
        ratios = (2.0 * came / 1.75**2).astype(np.float32)
        known = np.zeros(56, dtype=np.float32)
        known[:12] = np.where(bits[:12], 12.0, -12.0)
        words = decoder.decode(ratios), decoder.decode(ratios, known)
        assert (words[1].bits[:12] == bits[:12]).all()
        for at, word in enumerate(words):
            right[at] += bool((word.bits == bits).all())
    assert right[1] > right[0] + 5
    with pytest.raises(ValueError, match="another number of known bits"):
        decoder.decode(ratios, known[:-1])


def test_more_packets_are_found_in_noise_and_hardly_a_wrong_one() -> None:
    random, modulator = np.random.default_rng(3), hf_modulator()
    packets = [speech(n, 4, random) for n in range(150)]
    samples = np.concatenate([*(modulator.modulate(one) for one in packets), np.zeros(8 * SLOT)])
    density = 10.0**0.54 / 3000.0  # -5.4 dB
    noise = random.standard_normal((2, len(samples))) * np.sqrt(0.5 * density * 8000.0)
    came = (samples + noise[0] + 1j * noise[1]).astype(np.complex64)
    demodulator, headers = hf_demodulator([7]), KnownHeaders(hf_code, SLOT)
    slots = [*demodulator.push(came), *demodulator.flush()]
    plain = [slot.bytes for slot in slots if slot.accepted]
    heard = [one for slot in slots if (one := headers.heard(slot)) is not None]
    found = [one.bytes for one in heard if one.accepted]
    sent = set(packets)
    assert len(sent & set(found)) >= len(sent & set(plain)) + 8
    assert sum(one not in sent for one in found) <= sum(one not in sent for one in plain) + 4
    assert len(found) == len(set(found))
    damaged = [one for one in heard if one.by_header and not one.accepted]
    assert damaged
    assert all(abs(one.soft[:12]).min() > 6.0 for one in damaged)
