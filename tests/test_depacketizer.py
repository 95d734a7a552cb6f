# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The receiver's half of the link as a kernel: what it does with any bytes, live and simulated."""

import numpy as np
import pytest
from gnuradio.largesc import announcement, packet, packet_codec
from gnuradio.largesc.frame.tokens import TokenOrigin
from gnuradio.largesc.link.depacketizer import Depacketizer, PacketError
from hypothesis import given, settings
from hypothesis import strategies as st

FRAME_S = 0.08
CODEC = packet_codec()


def speech(frame: int, redundant: int = 0) -> bytes:
    repeated = [(frame - 1) % 2048] * redundant
    lag = 1 if redundant else 0
    return CODEC.pack(packet(frame % 128, [frame % 2048] * 8, repeated, lag))


def said(frame: int, session: int = 7, fingerprint: int = 0xC8DD, **what: object) -> bytes:
    return CODEC.pack(announcement(frame=frame, session=session, fingerprint=fingerprint, **what))


def test_simulated_frames_are_due_by_what_comes() -> None:
    depacketizer = Depacketizer(look_ahead=1)
    assert depacketizer.receive(speech(0)) == []
    first, second = depacketizer.receive(speech(2, redundant=4))
    assert (first.frame, first.tokens.tolist(), first.newest.tolist()) == (0, [0] * 8, [-1] * 8)
    assert (second.frame, second.tokens.tolist()) == (1, [1] * 4 + [-1] * 4)
    assert second.newest.tolist() == [2] * 8
    assert [due.frame for due in depacketizer.flush(4)] == [2, 3]
    assert depacketizer.counters()["lost"] == 2


def test_live_frames_are_due_by_the_clock() -> None:
    depacketizer = Depacketizer(look_ahead=0, live=True)
    assert depacketizer.tick(0.0).origin.tolist() == [TokenOrigin.SILENCE] * 8
    assert depacketizer.receive(speech(9), 0.01) == []
    assert depacketizer.tick(0.08).frame == 9
    lost = depacketizer.tick(0.16)
    assert (lost.frame, lost.tokens.tolist()) == (10, [-1] * 8)
    assert depacketizer.counters()["idle"] == 1


def test_what_is_no_packet_says_which_counter_it_belongs_to() -> None:
    with_crc = Depacketizer(crc=True)
    for data, counter in (
        (b"", "malformed"),
        (b"\x00" * 6, "malformed"),
        (b"\x01\xf0" + b"\x00" * 6, "version"),
    ):
        with pytest.raises(PacketError) as caught:
            Depacketizer().receive(data)
        assert caught.value.counter == counter
    with pytest.raises(PacketError) as caught:
        with_crc.receive(speech(0))
    assert caught.value.counter == "crc_failed"


def test_sender_with_another_codec_is_muted_until_it_announces_ours() -> None:
    depacketizer = Depacketizer(look_ahead=0, codec="c8dd")
    depacketizer.receive(said(0, fingerprint=0x1234))
    (due,) = depacketizer.receive(speech(0))
    assert depacketizer.muted
    assert due.origin.tolist() == [TokenOrigin.SILENCE] * 8
    assert due.tokens.tolist() == [-1] * 8
    assert depacketizer.counters()["foreign_codec"] == 1
    depacketizer.receive(said(1))
    (due,) = depacketizer.receive(speech(1))
    assert due.tokens.tolist() == [1] * 8


def test_receiver_for_any_codec_mutes_none() -> None:
    depacketizer = Depacketizer(look_ahead=0)
    depacketizer.receive(said(0, fingerprint=0x1234, text="DL0XYZ"))
    (due,) = depacketizer.receive(speech(0))
    assert due.tokens.tolist() == [0] * 8
    assert depacketizer.text == "DL0XYZ"


@pytest.mark.parametrize("live", [False, True])
def test_channel_state_tells_what_was_lost(live: bool) -> None:
    depacketizer = Depacketizer(look_ahead=0, live=live)
    for frame in range(100):
        now = frame * FRAME_S
        if frame == 0:
            depacketizer.receive(said(0, session=3), now)
        if frame % 5 not in (3, 4):
            depacketizer.receive(speech(frame, redundant=4), now)
        if live:
            depacketizer.tick(now + 0.05)
    if not live:
        depacketizer.flush(100)
    state = depacketizer.channel_state()
    assert (state.session, state.window) == (3, 50)
    assert (state.loss_rate, state.mean_burst) == pytest.approx((0.4, 2.0))
    assert (state.received, state.lost) == (60, 40)


def test_reset_forgets_sender_and_counters() -> None:
    depacketizer = Depacketizer(codec="c8dd")
    depacketizer.receive(said(0, fingerprint=1, text="DL0XYZ"))
    depacketizer.receive(speech(5))
    depacketizer.reset()
    assert not depacketizer.muted
    assert depacketizer.text == ""
    assert not any(depacketizer.counters().values())


@given(st.lists(st.binary(max_size=90), max_size=60), st.booleans(), st.booleans())
@settings(deadline=None)
def test_no_bytes_break_it(datagrams: list[bytes], crc: bool, live: bool) -> None:
    depacketizer = Depacketizer(1, crc, "c8dd", live)
    refused, due = 0, []
    for n, data in enumerate(datagrams):
        try:
            due += depacketizer.receive(data, n * FRAME_S)
        except PacketError:
            refused += 1
        if live:
            due.append(depacketizer.tick(n * FRAME_S + 0.05))
    for frame in due:
        assert frame.tokens.shape == frame.origin.shape == frame.newest.shape == (8,)
        assert frame.frame >= 0
        unknown = ~np.isin(frame.origin, [TokenOrigin.PRIMARY, TokenOrigin.REDUNDANT])
        assert (frame.tokens[unknown] == -1).all()
        assert (frame.tokens[~unknown] >= 0).all()
    counts = depacketizer.counters()
    kept = ("received", "late", "duplicate", "announcements")
    assert sum(counts.get(name, 0) for name in kept) <= 2 * (len(datagrams) - refused)


@pytest.mark.parametrize("codec", ["zzzz", "c8", "C8DD", "0xc8"])
def test_no_fingerprint_is_refused(codec: str) -> None:
    with pytest.raises(ValueError, match="four hexadecimal digits"):
        Depacketizer(codec=codec)
