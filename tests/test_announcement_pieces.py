# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Announcements in pieces: for slots that hold none whole."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from gnuradio.largesc import announcement, packet_codec, text_piece
from gnuradio.largesc.frame.report import ChannelReport, Report
from gnuradio.largesc.frame.speech_facts import SpeechFacts
from gnuradio.largesc.link.announced_report import to_announce
from gnuradio.largesc.link.announcement_pieces import (
    AnnouncementAssembler,
    Place,
    announcement_of,
    body_of,
    pieces_of,
    place_in,
    place_near,
    place_piece,
)
from gnuradio.largesc.link.announcer import INTERVAL
from gnuradio.largesc.link.arrival import Arrival
from gnuradio.largesc.link.piece_code import PIECES, coded, decoded
from gnuradio.largesc.link.piece_timer import PATIENCE, PieceTimer
from gnuradio.largesc.link.pieced_announcer import NEWS_GAP
from gnuradio.largesc.link.slot_contents import into_slot
from gnuradio.largesc.speech_link.link_receiver import ClockReceiver, SequenceReceiver
from gnuradio.largesc.speech_link.link_sender import LinkSender
from gnuradio.largesc.speech_link.settings import ReceiverSettings, SenderSettings
from hypothesis import given
from hypothesis import strategies as st

CODEC = packet_codec()
SLOTS = (7, 13, 23)
TOKENS = np.arange(8, dtype=np.int16)
HEARD = ChannelReport(7, 0.2, 1.5, window=48, age=0, snr=-4.5)
SAID = announcement(0, 0, fingerprint=0xC8DD, report=to_announce(HEARD), text="DL1ABC")


def link(**settings: object) -> LinkSender:
    how = {"n_primary": 4, "slots": SLOTS, "announce": True, "text": "DL1ABC", "session": 3}
    return LinkSender(SenderSettings(**how | settings), fingerprint=0xC8DD)


@given(st.binary(min_size=1, max_size=48), st.randoms(use_true_random=False))
def test_any_pieces_that_are_enough_tell_all(data: bytes, random) -> None:
    pieces = dict(enumerate(coded(data, 3)))
    enough = -(-len(data) // 3)
    assert len(pieces) == PIECES
    chosen = random.sample(sorted(pieces), min(PIECES, enough + random.randrange(3)))
    told = decoded({number: pieces[number] for number in chosen})
    assert told is not None
    assert told.ljust(48, b"\0") == data.ljust(48, b"\0")


def test_the_code_is_that_of_the_document() -> None:
    assert [piece.hex() for piece in coded(b"QTH Graz", 3)[:5]] == DOCUMENT


DOCUMENT = ["515448", "204772", "617a00", "10693a", "5e2828"]


def test_pieces_of_different_sizes_tell_nothing() -> None:
    assert decoded({0: b"abc", 1: b"ab"}) is None
    with pytest.raises(ValueError, match=r"hold 1\.\.48, not 49"):
        coded(bytes(49), 3)


def test_a_body_is_the_announcement_without_its_place() -> None:
    assert announcement_of(body_of(SAID)) == SAID
    bare = announcement(0, 0, fingerprint=1)
    assert len(body_of(bare)) == 3
    assert announcement_of(body_of(bare)) == bare
    for wrong in (b"", b"\x00\x00", b"\x40\x00\x00", b"\x01\x00\x00\x07", body_of(SAID)[:-1]):
        assert announcement_of(wrong) is None


def test_seven_bytes_hold_a_sixth_of_callsign_and_report() -> None:
    pieces, enough = pieces_of(SAID, 3)
    assert (enough, {len(piece) for piece in pieces}) == (6, {3})


@pytest.mark.parametrize("frame", [0, 5, 32767, 40000, 3_000_000, (1 << 23) + 70])
def test_a_place_is_found_near_the_newest_frame(frame: int) -> None:
    place = Place(513, frame, silent=True, ends=False)
    piece = CODEC.parse(CODEC.pack(place_piece(place)))
    known = place_in(piece)
    assert known is not None
    found = place_near(known, max(0, frame - 300))
    assert found == place._replace(frame=frame % announcement.frame_modulus)
    assert place_in(text_piece(0, False, 3, 0, 0, b"abc")) is None


def test_assembler_tells_each_announcement_once_and_mixes_none() -> None:
    first, _ = pieces_of(SAID, 3)
    other, _ = pieces_of(announcement(0, 0, fingerprint=0xC8DD, text="DL0XX"), 3)

    def piece(number: int, place: int, data: bytes) -> text_piece:
        return text_piece(0, False, number, place, PIECES - 1, data)

    assembler = AnnouncementAssembler()
    told = [assembler.take(piece(4, n, first[n])) for n in (9, 2, 15, 4, 0)]
    told += [assembler.take(piece(5, n, other[n])) for n in (3, 1, 7, 8, 2)]
    assert [one.text for one in told if one] == ["DL0XX"]
    told = [assembler.take(piece(4, n, first[n])) for n in range(PIECES)]
    assert [one for one in told if one] == [SAID]
    assert assembler.take(text_piece(0, False, 4, 0, 0, b"abc")) is None


def test_everything_fits_the_slot_of_speech() -> None:
    sender = link(message="QTH Graz")
    sender.control(Report(HEARD).as_dict())
    sent = [one for frame in range(200) for one in sender.push(frame, TOKENS)]
    sent += sender.end(200)
    assert {len(into_slot(one.data, SLOTS)) for one in sent} == {7}
    with pytest.raises(ValueError, match="message must have at most 46 bytes"):
        link(message="x" * 47)


@pytest.mark.parametrize(
    ("settings", "size"),
    [
        ({}, 3),
        ({"n_primary": 8}, 9),
        ({"budget": 1300}, 9),
        ({"slots": (23,)}, None),
        ({"slots": ()}, None),
    ],
)
def test_pieces_are_as_long_as_the_slot_allows(
    settings: dict[str, object], size: int | None
) -> None:
    sender = link(importance="plain", **settings)
    said = [CODEC.parse(one.data) for n in range(30) for one in sender.push(n, TOKENS)]
    pieces = [one for one in said if isinstance(one, text_piece) and one.number in (4, 5)]
    assert any(isinstance(one, announcement) for one in said) == (size is None)
    assert {len(one.bytes) for one in pieces} == ({size} if size else set())


@pytest.mark.parametrize("kind", [SequenceReceiver, ClockReceiver])
def test_receiver_hears_callsign_report_session_and_end(kind: type) -> None:
    receiver = kind(ReceiverSettings(look_ahead=0, check="none"), 0xC8DD)
    sender, random = link(), np.random.default_rng(5)
    sender.control(Report(HEARD).as_dict())
    for frame in range(200):
        for one in sender.push(frame, TOKENS):
            if random.random() > 0.2:
                receiver.receive(Arrival(one.data, time=0.08 * frame))
        if kind is ClockReceiver:
            receiver.step(0.08 * frame + 0.05)
    for one in sender.end(200):
        receiver.receive(Arrival(one.data, time=16.0))
    report, counts = receiver.report(), receiver.counters()
    assert (receiver.text, receiver.muted, report.channel.session) == ("DL1ABC", False, 3)
    assert report.peer is not None
    assert (report.peer.session, report.peer.snr) == (7, -4.5)
    assert counts["announcements"] == 1
    if kind is ClockReceiver:
        lost = counts["lost"]
        for frame in range(200, 240):
            receiver.step(0.08 * frame + 0.05)
        assert receiver.counters()["lost"] == lost


ONSET, STEADY = SpeechFacts(-25.0, 15.0), SpeechFacts(-25.0, 1.0)


def beside(sender: LinkSender, facts: list[SpeechFacts | None]) -> list[int]:
    """Frames of speech that a piece comes beside, by what is known of each."""
    sent = [sender.push(n, TOKENS, facts=one) for n, one in enumerate(facts)]
    return [n for n, packets in enumerate(sent) if packets[0].beside]


@pytest.mark.parametrize("settings", [{}, {"budget": 1300, "importance": "plain"}])
@pytest.mark.parametrize("said", [{}, {"announce": False, "message": "QTH Graz"}])
def test_a_piece_waits_for_a_frame_that_is_missed_less(
    settings: dict[str, object], said: dict[str, object]
) -> None:
    gap = INTERVAL if said else NEWS_GAP
    facts = [STEADY] * 40
    facts[gap : gap + 2] = [ONSET] * 2
    assert beside(link(**settings, **said), facts)[:2] == [0, gap + 2]
    assert beside(link(**settings, **said), [ONSET] * 40)[:2] == [0, gap + PATIENCE]
    assert beside(link(**said), [None] * 40)[:2] == [0, gap]
    # Without slots it takes none; at the frame that begins an over it never waits.
    message = {"announce": False, "message": "QTH Graz", "slots": ()}
    assert beside(link(**settings, **message), [ONSET] * 40)[:2] == [0, INTERVAL]
    assert beside(link(**settings, **said), [ONSET] + [STEADY] * 40)[:2] == [0, gap]


@given(st.lists(st.booleans(), min_size=100, max_size=100))
def test_a_piece_that_waits_is_late_by_half_a_second_at_most(dear: list[bool]) -> None:
    timer = PieceTimer()
    sent = [n for n, is_dear in enumerate(dear) if timer.is_time(n, NEWS_GAP, is_dear)]
    for last, this in pairwise(sent):
        assert NEWS_GAP <= this - last <= NEWS_GAP + PATIENCE
        assert all(dear[last + NEWS_GAP : this])
        assert this - last == NEWS_GAP + PATIENCE or not dear[this]
    assert len(dear) - sent[-1] <= NEWS_GAP + PATIENCE


def test_an_over_in_which_pieces_waited_has_one_more_behind_it() -> None:
    ends = []
    for facts in (STEADY, ONSET):
        sender = link()
        for frame in range(25):
            sender.push(frame, TOKENS, facts=facts)
        ends.append(len(sender.end_over()))
    assert ends[1] == ends[0] + 1


def test_a_piece_that_waits_takes_the_place_of_a_silent_frame() -> None:
    sender = link()
    frames = [sender.push(n, TOKENS, n == 14, facts=ONSET) for n in range(24)]
    said = {n: CODEC.parse(packets[0].data) for n, packets in enumerate(frames)}
    pieces = [n for n, one in said.items() if isinstance(one, text_piece)]
    assert pieces == [0, 14]
    assert len(frames[14]) == 1


def test_pieces_take_the_place_of_silent_frames() -> None:
    sender = link()
    said = [CODEC.parse(one.data) for n in range(12) for one in sender.push(n, TOKENS, n > 5)]
    pieces = [n for n, one in enumerate(said) if isinstance(one, text_piece) and one.silent]
    assert pieces
    assert len(said) == 12 + 1  # beside the first frame, of speech, is where the stream is


def test_in_silence_pieces_of_a_first_report_follow_each_other() -> None:
    sender, receiver = link(text=""), SequenceReceiver(ReceiverSettings(check="none"))
    told = {}
    for frame in range(120):
        if frame % 4 == 3:
            window = min(frame + 1, 50)
            sender.control(Report(replace(HEARD, window=window)).as_dict())
        for one in sender.push(frame, TOKENS, silence=True):
            receiver.receive(Arrival(one.data))
        peer = receiver.report().peer
        if peer is not None:
            told.setdefault(int(peer.window), frame)
    # Four packets at frame 3, 8 at 7 and so on: a place, and four of six pieces each.
    windows = sorted(told)
    assert told[windows[0]] < 10
    assert windows[-1] >= 32
    assert told[windows[-1]] < 60


def test_news_waits_until_enough_was_said_and_a_longer_text_goes_into_pieces() -> None:
    sender = link(n_primary=8, n_redundant=7, lag=1, text="")
    assert isinstance(CODEC.parse(sender.push(0, TOKENS)[0].data), announcement)
    sender.control({"text": "DL1ABC in JO62QM Berlin"})
    said = [CODEC.parse(o.data) for n in range(1, 1 + 5 * NEWS_GAP) for o in sender.push(n, TOKENS)]
    assert sum(isinstance(one, text_piece) for one in said) == 4  # a place, and three of two
