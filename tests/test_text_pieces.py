# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts in pieces: in the place of silent frames and beside speech, whole or not at all."""

import numpy as np
import pytest
from gnuradio.largesc import packet_codec, text_piece
from gnuradio.largesc.frame.background import Background
from gnuradio.largesc.link.arrival import Arrival
from gnuradio.largesc.link.check_value import with_check_value
from gnuradio.largesc.link.text_pieces import LONGEST, ROUNDS, TextAssembler, TextSender
from gnuradio.largesc.speech_link.link_receiver import ClockReceiver, SequenceReceiver
from gnuradio.largesc.speech_link.link_sender import LinkSender
from gnuradio.largesc.speech_link.settings import ReceiverSettings, SenderSettings
from hypothesis import given
from hypothesis import strategies as st

CODEC = packet_codec()
HISS = Background(20, 6, 4)
TOKENS = np.arange(8, dtype=np.int16)
PLAIN = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=60)


def pieces_of(message: str, silence: bool = True) -> list[text_piece]:
    """All that is sent of a message."""
    sender = TextSender(CODEC)
    sender.say(message)
    sent = (sender.next(frame, silence) for frame in range(0, 10000, 5 if silence else 25))
    return [CODEC.parse(data) for data in sent if data is not None]


@given(PLAIN, st.randoms(use_true_random=False))
def test_message_comes_whole_in_any_order_and_once(message: str, random) -> None:
    pieces = pieces_of(message)
    assert len(pieces) == ROUNDS * (pieces[0].last + 1)
    random.shuffle(pieces)
    assembler = TextAssembler()
    assert [m for m in map(assembler.take, pieces) if m is not None] == [message]


def test_longest_message_has_sixteen_pieces_and_none_is_longer() -> None:
    assert len(pieces_of("x" * LONGEST)) == ROUNDS * 16
    with pytest.raises(ValueError, match="message must have at most 254 bytes in UTF-8, not 256"):
        SenderSettings(message="ä" * 128)
    with pytest.raises(ValueError, match="without control characters"):
        SenderSettings(message="a\x1b[2J")


def test_message_with_a_piece_missing_is_not_told() -> None:
    assembler = TextAssembler()
    assert {assembler.take(one) for one in pieces_of("z" * 40) if one.piece != 1} == {None}


def test_damaged_piece_is_replaced_by_the_next_of_its_place() -> None:
    pieces = pieces_of("CQ CQ de DL1ABC, QTH Graz")
    bad = pieces[0]
    damaged = text_piece(0, True, bad.number, 0, bad.last, b"X" + bad.bytes[1:])
    assembler = TextAssembler()
    assert assembler.take(damaged) is assembler.take(pieces[1]) is None
    assert assembler.take(pieces[2]) == "CQ CQ de DL1ABC, QTH Graz"


def test_next_message_leaves_nothing_of_the_one_before() -> None:
    sender, assembler = TextSender(CODEC), TextAssembler()
    told = []
    for message, frames in (("a" * 30, [0]), ("b" * 30, [3, 6, 9])):
        sender.say(message)
        told += [assembler.take(CODEC.parse(sender.next(frame, True))) for frame in frames]
    assert told == [None, None, "b" * 30, None]


def test_control_characters_in_a_whole_text_are_not_told() -> None:
    """A sender that is not ours may send them."""
    (piece, *_) = pieces_of("abcd")
    text = b"ab\x1bd"
    data = with_check_value(text)
    assert TextAssembler().take(text_piece(0, True, piece.number, 0, 0, data)) is None


def test_pieces_become_smaller_in_the_midst_of_a_message() -> None:
    sender, assembler = TextSender(CODEC), TextAssembler()
    sender.say("where are you now")
    sender.next(0, True)
    with pytest.raises(ValueError, match="at most 14 bytes"):
        sender.resize(1)
    sender.resize(4)
    data = [sender.next(frame, True) for frame in range(3, 200)]
    pieces = [CODEC.parse(one) for one in data if one is not None]
    assert {len(one.bytes) for one in pieces} == {4}
    assert "where are you now" in map(assembler.take, pieces)


def sent(speaks: list[bool], rest: bool = True, **settings: object) -> list[list[object]]:
    link = LinkSender(SenderSettings(n_primary=4, message="QTH Graz", **settings))
    frames = [
        link.push(frame, TOKENS, not one, sound=HISS if rest and not one else None)
        for frame, one in enumerate(speaks)
    ]
    return [[CODEC.parse(one.data) for one in packets] for packets in frames]


def test_pieces_take_the_place_of_silent_frames() -> None:
    said = sent([False] * 20)
    at = [n for n, one in enumerate(said) if one and isinstance(one[0], text_piece)]
    assert at == [1, 4, 7, 10]  # 0, 2, 5 and 16 say that there is a rest
    assert all(len(one) < 2 for one in said)
    said = sent([False] * 20, rest=False)
    assert [n for n, (one,) in enumerate(said) if isinstance(one, text_piece)] == [0, 3, 6, 9]


def test_pieces_come_beside_speech_every_two_seconds() -> None:
    said = sent([True] * 60)
    assert [n for n, one in enumerate(said) if len(one) == 2] == [0, 25, 50]
    assert not said[25][0].silent


@pytest.mark.parametrize("kind", [SequenceReceiver, ClockReceiver])
def test_receiver_tells_the_message_and_loses_no_frame(kind: type) -> None:
    receiver = kind(ReceiverSettings(look_ahead=0, check="none"))
    link = LinkSender(SenderSettings(message="QTH Graz"))
    for frame in range(40):
        silent = 5 <= frame < 20
        for one in link.push(frame, TOKENS, silent, sound=HISS if silent else None):
            receiver.receive(Arrival(one.data, time=0.08 * frame))
        if kind is ClockReceiver:
            receiver.step(0.08 * frame + 0.05)
    counts = receiver.counters()
    assert (receiver.message, counts["messages"], counts["lost"]) == ("QTH Graz", 1, 0)
    assert counts["pieces"] == ROUNDS
