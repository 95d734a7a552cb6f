# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The receiver's half of the link as a kernel: by clock, by sequence, with any bytes."""

import numpy as np
import pytest
from gnuradio.largesc import announcement, packet, packet_codec
from gnuradio.largesc.frame.due_frame import DueFrame
from gnuradio.largesc.frame.report import ChannelReport
from gnuradio.largesc.frame.tokens import TokenOrigin
from gnuradio.largesc.link.announced_report import to_announce
from gnuradio.largesc.link.arrival import Arrival
from gnuradio.largesc.link.codec_fingerprint import fingerprint_number
from gnuradio.largesc.link.packet_parser import PacketRefused
from gnuradio.largesc.speech_link.link_receiver import (
    ClockReceiver,
    LinkReceiver,
    SequenceReceiver,
)
from gnuradio.largesc.speech_link.settings import ReceiverSettings
from hypothesis import given
from hypothesis import strategies as st

FRAME_S = 0.08
CODEC = packet_codec()
RECEIVERS = (SequenceReceiver, ClockReceiver)


def settings(look_ahead: int = 1, check: str = "none") -> ReceiverSettings:
    return ReceiverSettings(look_ahead=look_ahead, check=check)


def speech(frame: int, redundant: int = 0, primary: int = 8, codec: packet_codec = CODEC) -> bytes:
    repeated = [(frame - 1) % 2048] * redundant
    lag = 1 if redundant else 0
    return codec.pack(packet(frame % 128, [frame % 2048] * primary, repeated, lag))


def said(frame: int, session: int = 7, fingerprint: int = 0xC8DD, **what: object) -> bytes:
    return CODEC.pack(announcement(frame=frame, session=session, fingerprint=fingerprint, **what))


def receive(receiver: LinkReceiver, *packets: bytes) -> list[DueFrame]:
    """What is due by packets that come at once."""
    return [due for data in packets for due in receiver.receive(Arrival(data, time=0.0)) or []]


def test_frames_are_due_by_what_comes() -> None:
    receiver = SequenceReceiver(settings())
    assert receive(receiver, speech(0)) == []
    first, second = receive(receiver, speech(2, redundant=4))
    assert (first.frame, first.tokens.tolist(), first.newest.tolist()) == (0, [0] * 8, [-1] * 8)
    assert (second.frame, second.tokens.tolist()) == (1, [1] * 4 + [-1] * 4)
    assert second.newest.tolist() == [2] * 8
    assert [due.frame for due in receiver.end(4)] == [2, 3]
    assert receiver.counters()["lost"] == 2


def test_frames_are_due_by_the_clock() -> None:
    receiver = ClockReceiver(settings(look_ahead=0))
    assert receiver.step(0.0).origin.tolist() == [TokenOrigin.SILENCE] * 8
    receiver.receive(Arrival(speech(9), time=0.01))
    assert receiver.step(0.08).frame == 9
    lost = receiver.step(0.16)
    assert (lost.frame, lost.tokens.tolist()) == (10, [-1] * 8)
    assert receiver.counters()["idle"] == 1


def test_receiver_by_the_clock_must_know_when_packets_come() -> None:
    with pytest.raises(ValueError, match="when packets come"):
        ClockReceiver(settings()).receive(Arrival(speech(0)))


def test_allocation_of_a_lost_frame_is_unknown_until_something_says_so() -> None:
    """Frame 1 was sent with 8 tokens and lost; frame 2, with 4, says nothing of that."""
    receiver = SequenceReceiver(settings(look_ahead=1))
    due = receive(receiver, speech(0), speech(2, redundant=2, primary=4))
    assert due[1].frame == 1
    redundant, unknown = [TokenOrigin.REDUNDANT], [TokenOrigin.UNKNOWN]
    assert due[1].origin.tolist() == redundant * 2 + unknown * 6
    (second,) = receiver.end(3)
    assert second.origin.tolist() == [TokenOrigin.PRIMARY] * 4 + [TokenOrigin.UNSENT] * 4


def test_what_is_no_packet_is_counted_by_what_is_wrong() -> None:
    for check, data, counter in (
        ("none", b"", "malformed"),
        ("none", b"\x00" * 6, "malformed"),
        ("none", b"\x01\xe5" + b"\x00" * 6, "version"),
        ("crc16", speech(0), "crc_failed"),
    ):
        receiver = SequenceReceiver(settings(check=check))
        with pytest.raises(PacketRefused) as caught:
            receive(receiver, data)
        assert caught.value.counter == counter
        assert receiver.counters()[counter] == 1


def test_what_the_layer_below_found_damaged_is_not_looked_at() -> None:
    receiver = SequenceReceiver(settings())
    with pytest.raises(PacketRefused, match="layer below"):
        receiver.receive(Arrival(speech(0), verdict=False))
    assert receiver.counters()["crc_failed"] == 1
    assert receiver.counters()["received"] == 0


@pytest.mark.parametrize("crc", [False, True])
def test_receiver_finds_out_whether_packets_have_a_check_value(crc: bool) -> None:
    receiver = SequenceReceiver(settings(look_ahead=0, check="auto"))
    codec = packet_codec(crc)
    due = receive(receiver, *(speech(n, codec=codec) for n in range(20)))
    assert [frame.frame for frame in due] == list(range(20))
    with pytest.raises(PacketRefused):
        receive(receiver, speech(20, codec=packet_codec(not crc)))
    assert receiver.counters()["other_form"] == 1
    assert len(receive(receiver, speech(20, codec=codec))) == 1


def test_lone_packet_of_a_stream_is_not_lost() -> None:
    receiver = SequenceReceiver(settings(look_ahead=0, check="auto"))
    assert receive(receiver, speech(0)) == []
    (due,) = receiver.end(1)
    assert due.tokens.tolist() == [0] * 8


def test_sender_with_another_codec_is_muted_until_it_announces_ours() -> None:
    receiver = SequenceReceiver(settings(look_ahead=0), fingerprint_number("c8dd"))
    receive(receiver, said(0, fingerprint=0x1234))
    (due,) = receive(receiver, speech(0))
    assert receiver.muted
    assert due.origin.tolist() == [TokenOrigin.SILENCE] * 8
    assert due.tokens.tolist() == [-1] * 8
    assert receiver.counters()["foreign_codec"] == 1
    receive(receiver, said(1))
    (due,) = receive(receiver, speech(1))
    assert due.tokens.tolist() == [1] * 8


def test_damaged_announcement_mutes_nobody() -> None:
    receiver = SequenceReceiver(settings(look_ahead=0, check="auto"), fingerprint_number("c8dd"))
    receive(receiver, said(0), speech(0), said(1, fingerprint=0x1234))
    assert not receiver.muted
    receive(receiver, said(1, fingerprint=0x1234))  # said again, it is another sender's codec
    assert receiver.muted


def test_lone_announcement_is_noted_at_the_end() -> None:
    receiver = SequenceReceiver(settings(check="auto"))
    assert receive(receiver, said(0, text="DL0XYZ")) == []
    assert receiver.end(0) == []
    assert receiver.text == "DL0XYZ"


def test_receiver_for_any_codec_mutes_none() -> None:
    receiver = SequenceReceiver(settings(look_ahead=0))
    receive(receiver, said(0, fingerprint=0x1234, text="DL0XYZ"))
    (due,) = receive(receiver, speech(0))
    assert due.tokens.tolist() == [0] * 8
    assert receiver.text == "DL0XYZ"


@pytest.mark.parametrize("by_clock", [False, True])
def test_report_tells_what_was_lost_and_how_strong_the_rest_came(by_clock: bool) -> None:
    receiver = (ClockReceiver if by_clock else SequenceReceiver)(settings(look_ahead=0))
    for frame in range(100):
        now = frame * FRAME_S
        if frame == 0:
            receiver.receive(Arrival(said(0, session=3), now))
        if frame % 5 not in (3, 4):
            receiver.receive(Arrival(speech(frame, redundant=4), now, snr=-2.0 + frame % 5))
        if by_clock:
            receiver.step(now + 0.05)
    if not by_clock:
        receiver.end(100)
    report = receiver.report()
    channel = report.channel
    assert (channel.session, channel.window) == (3, 50)
    assert (channel.loss_rate, channel.mean_burst) == pytest.approx((0.4, 2.0))
    assert channel.snr == pytest.approx(-1.0, abs=0.05)
    assert channel.age == (2 if by_clock else 0)
    assert (report.received, report.lost, report.peer) == (60, 40, None)


def test_report_carries_what_the_other_side_announced() -> None:
    receiver = SequenceReceiver(settings())
    told = ChannelReport(session=9, loss_rate=0.2, mean_burst=2.5, window=48, age=10, snr=3.5)
    receive(receiver, said(0, report=to_announce(told)))
    peer = receiver.report().peer
    assert peer is not None
    assert (peer.session, peer.mean_burst, peer.window, peer.age, peer.snr) == (9, 2.5, 48, 10, 3.5)
    assert peer.loss_rate == pytest.approx(0.2, abs=1 / 510)
    for frame in range(21):  # no other announcement comes: it grows old
        receive(receiver, speech(frame))
    assert receiver.report().peer.age == 30


@pytest.mark.parametrize("receiver", RECEIVERS)
def test_reset_forgets_sender_and_counters(receiver: type) -> None:
    made = receiver(settings(), fingerprint_number("c8dd"))
    receive(made, said(0, fingerprint=1, text="DL0XYZ"), speech(5))
    made.reset()
    assert not made.muted
    assert made.text == ""
    assert made.report().peer is None
    assert not any(made.counters().values())


@pytest.mark.parametrize("receiver", RECEIVERS)
def test_noise_behind_the_end_of_an_over_is_no_damaged_packet(receiver: type) -> None:
    made = receiver(settings())
    damaged = Arrival(speech(3), 0.4, snr=-9.0, verdict=False)
    receive(made, speech(0), speech(1), said(2, ends=True))
    for _ in range(3):
        made.receive(damaged)
    assert (made.counters()["behind_end"], made.counters().get("crc_failed")) == (3, None)
    receive(made, said(0, session=8), speech(0))  # the next over
    with pytest.raises(PacketRefused):
        made.receive(damaged)
    assert (made.counters()["behind_end"], made.counters()["crc_failed"]) == (3, 1)


@given(
    st.lists(st.binary(max_size=90), max_size=60),
    st.sampled_from(["auto", "none", "crc16"]),
    st.booleans(),
)
def test_no_bytes_break_it(datagrams: list[bytes], check: str, by_clock: bool) -> None:
    receiver = (ClockReceiver if by_clock else SequenceReceiver)(settings(1, check), 0xC8DD)
    refused, due = 0, []
    for n, data in enumerate(datagrams):
        try:
            due += receiver.receive(Arrival(data, n * FRAME_S)) or []
        except PacketRefused:
            refused += 1
        if by_clock:
            due.append(receiver.step(n * FRAME_S + 0.05))
    for frame in due:
        assert frame.tokens.shape == frame.origin.shape == frame.newest.shape == (8,)
        assert frame.frame >= 0
        unknown = ~np.isin(frame.origin, [TokenOrigin.PRIMARY, TokenOrigin.REDUNDANT])
        assert (frame.tokens[unknown] == -1).all()
        assert (frame.tokens[~unknown] >= 0).all()
    counts = receiver.counters()
    kept = ("received", "late", "duplicate", "announcements")
    assert sum(counts.get(name, 0) for name in kept) <= 2 * (len(datagrams) - refused)
    assert sum(counts.get(name, 0) for name in ("malformed", "crc_failed", "version")) <= refused


@pytest.mark.parametrize("digits", ["zzzz", "c8", "0xc8", "c8dde"])
def test_no_fingerprint_is_refused(digits: str) -> None:
    with pytest.raises(ValueError, match="four hexadecimal digits"):
        fingerprint_number(digits)


def test_no_digits_are_any_codec() -> None:
    assert fingerprint_number("") == 0
    assert fingerprint_number("c8dd") == 0xC8DD
