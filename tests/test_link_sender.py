# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sender's half of the link as a kernel: packets, announcements, reports, control."""

from itertools import pairwise

import numpy as np
import pytest
from gnuradio.largesc import announcement, packet, packet_codec
from gnuradio.largesc.frame.report import ChannelReport, Report
from gnuradio.largesc.frame.tokens import Allocation, no_tokens
from gnuradio.largesc.link.announcement_pieces import place_in
from gnuradio.largesc.speech_link.link_sender import LinkSender
from gnuradio.largesc.speech_link.sent_packet import SentPacket
from gnuradio.largesc.speech_link.settings import SenderSettings

CODEC = packet_codec()


def sender(**settings: object) -> LinkSender:
    return LinkSender(SenderSettings(**settings), fingerprint=0xC8DD)


def tokens(frame: int) -> np.ndarray:
    return np.full(8, frame % 2048, dtype=np.int16)


def push(link: LinkSender, frame: int, **how: object) -> list[SentPacket]:
    return link.push(frame, tokens(frame), **how)


def report(session: int = 0, **channel: object) -> dict[str, object]:
    """What a receiver of this station says, and in it what the other side said of this sender."""
    heard = ChannelReport(session=3, loss_rate=0.1, mean_burst=1.5, window=50, snr=4.0)
    told = {"loss_rate": 0.25, "mean_burst": 2.0, "window": 48, "age": 10.0} | channel
    return Report(heard, peer=ChannelReport(session=session, **told)).as_dict()


def test_frame_is_a_packet_with_what_it_repeats() -> None:
    link = sender(n_primary=4, n_redundant=3, lag=2)
    sent = [one for frame in range(3) for one in push(link, frame)]
    assert [CODEC.parse(one.data) for one in sent] == [
        packet(0, [0] * 4),
        packet(1, [1] * 4),
        packet(2, [2] * 4, [0] * 3, 2),
    ]
    assert [one.tokens for one in sent] == [4, 4, 7]
    assert link.counters() == {"packets": 3, "bytes": 7 + 7 + 12, "tokens": 15}


def test_announcement_comes_before_speech_and_in_place_of_silence() -> None:
    link = sender(announce=True, session=5, text="DL1ABC")
    first = push(link, 0)
    assert [one.beside for one in first] == [True, False]
    said = CODEC.parse(first[0].data)
    assert (said.session, said.fingerprint, said.text) == (5, 0xC8DD, "DL1ABC")
    assert all(len(push(link, frame)) == 1 for frame in range(1, 25))
    (silent,) = push(link, 25, silence=True)
    assert not silent.beside
    assert CODEC.parse(silent.data).silent
    last = link.end(26)
    assert [CODEC.parse(one.data).ends for one in last] == [True] * 3
    assert link.counters()["announcements"] == 5
    assert link.counters()["packets"] == 26


@pytest.mark.parametrize("slots", [(), (13,)], ids=["whole", "in pieces"])
def test_a_key_that_goes_down_is_announced_before_the_next_frame(slots: tuple[int, ...]) -> None:
    link = sender(announce=True, session=5, slots=slots)
    for over in (0, 1):
        (first,) = link.begin_over()
        assert first.beside
        assert first.frame == 3 * over
        said = CODEC.parse(first.data)
        if slots:
            place = place_in(said)
            assert place is not None
            assert (place.session, place.frame, place.ends) == (5, 3 * over, False)
        else:
            assert (said.session, said.frame, said.fingerprint) == (5, 3 * over, 0xC8DD)
        frames = range(3 * over, 3 * over + 3)
        assert [len(push(link, frame)) for frame in frames] == [1, 1, 1]
        assert all(one.beside for one in link.end_over())


def test_an_announcement_that_names_the_codec_waits_until_that_is_known() -> None:
    link = LinkSender(SenderSettings(announce=True, session=5))
    assert link.begin_over() == []
    assert [one.beside for one in push(link, 0, fingerprint=0xC8DD)] == [True, False]
    assert [one.beside for one in link.begin_over()] == [True]


def test_an_announcement_ahead_of_its_frame_is_spent_of_the_budget() -> None:
    def spent(begins: bool) -> float:
        link = sender(announce=True, session=5, slots=(7, 13, 23), budget=1300.0)
        total = 0
        for frame in range(250):
            if begins and frame % 10 == 0:
                total += 8 * sum(len(one.data) for one in link.begin_over())
            total += 8 * sum(len(one.data) for one in push(link, frame))
        return total / (250 * 0.08)

    assert spent(True) <= 1300.0
    assert spent(True) > 0.8 * spent(False)


def test_sender_that_does_not_announce_has_no_session_and_no_end() -> None:
    link = sender()
    assert link.session == 0
    assert link.begin_over() == []
    assert link.end(5) == []


def test_frame_may_have_an_allocation_of_its_own() -> None:
    (one,) = push(sender(), 0, allocation=Allocation(4, 0))
    assert len(CODEC.parse(one.data).primary) == 4


def test_token_that_is_to_be_sent_and_missing_is_refused() -> None:
    with pytest.raises(ValueError, match="token must be"):
        sender().push(0, no_tokens())


def test_control_changes_several_settings_at_once_or_none() -> None:
    link = sender(announce=True, session=5)
    link.control({"n_primary": 5.0, "n_redundant": 2, "lag": 3, "text": "DL1ABC"})
    assert link.settings.allocation == Allocation(5, 2, 3)
    assert CODEC.parse(push(link, 0)[0].data).text == "DL1ABC"
    for wrong, message in (
        ({"lag": 1, "n_primary": 9}, r"n_primary must be 4\.\.8, not 9"),
        ({"lag": 1, "n_primary": 4.5}, "n_primary"),
        ({"lag": 1, "text": "\x1b[2J"}, "control characters"),
        ({"lag": 1, "text": "x" * 32}, "31 bytes"),
        ({"lag": 1, "check": "crc16"}, "'check' is no setting to change"),
        ({"lag": 1, "volume": 3}, "'volume' is no setting to change"),
        ({"lag": 1, "loss_rate": 2.0}, r"loss_rate of a report must be 0\.\.1"),
        ({"lag": 1, "received": 2}, "a report is a dictionary with loss_rate"),
    ):
        with pytest.raises(ValueError, match=message):
            link.control(wrong)
        assert link.settings.allocation == Allocation(5, 2, 3)
        assert link.settings.text == "DL1ABC"


SLOTTED = {"slots": (7, 13, 23), "n_primary": 8, "n_redundant": 7, "lag": 1}


def test_a_message_that_fits_no_slot_of_the_new_settings_changes_nothing() -> None:
    link = sender(**SLOTTED)
    for change in ({"message": "x" * 200}, {}):
        with pytest.raises(ValueError, match="at most 46 bytes"):
            link.control({"n_primary": 4, "n_redundant": 0, **change})
        assert link.settings.allocation == Allocation(8, 7, 1)
        link = sender(**SLOTTED, message="x" * 60)


def test_pieces_of_a_message_are_as_large_as_the_slots_of_speech_then() -> None:
    link = sender(**SLOTTED, message="x" * 40)
    link.control({"n_primary": 4, "n_redundant": 0})
    sizes = {len(one.data) for frame in range(60) for one in push(link, frame)}
    assert sizes == {7}


def test_an_over_without_a_frame_announces_none() -> None:
    link = sender(announce=True, session=5)
    assert [CODEC.parse(one.data).frame for one in link.end_over()] == [0, 0, 0]


def test_report_of_this_receiver_travels_in_announcements_and_grows_old() -> None:
    link = sender(announce=True, session=5)
    push(link, 0)
    link.control(report())
    ages = {}
    for frame in range(1, 44):
        said = CODEC.parse(push(link, frame)[0].data)
        if isinstance(said, announcement):
            assert (said.report.session, said.report.mean_burst, said.report.snr) == (3, 1.5, 4.0)
            ages[frame] = said.report.age
    assert ages == {6: 10, 12: 10, 18: 20, 43: 40}  # steps of 10; the first is early, and again
    assert link.counters()["reports"] == 1


def test_a_report_grows_older_while_the_key_is_up() -> None:
    """Reports tell their age by the clock; frames are numbered as they are sent."""
    link = sender(announce=True, session=5, n_primary=4, n_redundant=4, lag=3, code="auto")
    for frame in range(60):
        push(link, frame)
    link.hear(ChannelReport(5, loss_rate=0.5, mean_burst=2.0, window=50))
    link.wait(200)
    # Made 20 frames ago of the last packets of this over, 180 frames before that.
    link.control(report(session=5, loss_rate=0.0, window=50, age=200.0))
    assert link.channel == ChannelReport(5, 0.0, 2.0, window=50, age=200.0)
    link.wait(55)
    assert link.channel is not None
    assert link.channel.age == 255.0


def test_what_was_known_of_the_other_station_fades_in_a_minute_and_tells_at_the_next_over() -> None:
    link = sender(announce=True, session=5, n_primary=4, n_redundant=4, lag=3, code="auto")
    known = link._steering.channel
    for frame in range(60):
        push(link, frame)
    link.wait(30)
    link.control(report(session=5, loss_rate=0.5, window=50, age=30.0))
    losses = []
    for _ in range(20):
        losses.append(known(60).loss_rate)
        link.wait(125)
    assert losses[0] == pytest.approx(0.5, abs=0.01)
    assert losses[3] > 0.35  # 30 s later
    assert all(a >= b for a, b in pairwise(losses))
    assert losses[19] == pytest.approx(0.1, abs=0.03)  # after three minutes
    with pytest.raises(ValueError, match="says nothing of the channel now"):
        link.hear(ChannelReport(5, loss_rate=0.5, window=50, age=3000.0))


def test_nothing_is_reported_before_anything_was_measured() -> None:
    link = sender(announce=True)
    link.control(Report().as_dict())
    assert CODEC.parse(push(link, 0)[0].data).report is None


def test_sender_learns_its_own_channel_from_the_other_side() -> None:
    link = sender(announce=True, session=5)
    assert link.channel is None
    push(link, 0)
    link.control(report(session=5))
    push(link, 7)
    assert link.channel == ChannelReport(5, 0.25, 2.0, window=48, age=17.0)


def test_report_on_another_session_is_none_on_this_one() -> None:
    link = sender(announce=True, session=5)
    link.control(report(session=6))
    assert link.channel is None
    link.control(report(session=0))  # no announcement has come through yet
    assert link.channel is not None


@pytest.mark.parametrize("way", ["announced", "beside"])
def test_redundancy_follows_reports(way: str) -> None:
    link = sender(announce=True, session=5, n_primary=4, n_redundant=4, lag=3, code="auto")

    def sent_after(seconds: int, loss_rate: float, mean_burst: float) -> Allocation:
        for frame in range(link_frame[0], link_frame[0] + 12 * seconds):
            packed = CODEC.parse(push(link, frame)[-1].data)
            if frame % 12 == 0:
                told = {"session": 5, "loss_rate": loss_rate, "mean_burst": mean_burst}
                if way == "announced":
                    link.control(report(**told, window=48, age=0.0))
                else:
                    link.hear(ChannelReport(**told, window=50))
        link_frame[0] += 12 * seconds
        return Allocation(4, len(packed.redundant), packed.lag or 1, packed.code.name)

    link_frame = [0]
    assert sent_after(10, 0.2, 1.25) == Allocation(4, 4, code="xor_pair")
    assert sent_after(30, 0.2, 3.0) == Allocation(4, 4, 3)
    link.control({"lag": 1})
    assert sent_after(2, 0.2, 1.25) == Allocation(4, 4, 1)  # nothing else reaches so little back
    link.control({"code": "xor_pair"})
    assert sent_after(2, 0.2, 3.0) == Allocation(4, 4, code="xor_pair")


def test_report_on_another_session_steers_nothing() -> None:
    link = sender(announce=True, session=5, n_primary=4, n_redundant=4, lag=3, code="auto")
    before = link.allocation(0)
    for frame in range(0, 600, 12):
        push(link, frame)
        strange = ChannelReport(session=6, loss_rate=0.2, mean_burst=5.0, window=50)
        with pytest.raises(ValueError, match="session 6 is none on this one, 5"):
            link.hear(strange)
        link.control(Report(ChannelReport(), peer=strange).as_dict())
    assert link.allocation(601) == before
    assert link.channel is None


def test_reset_begins_a_new_over() -> None:
    link = sender(n_redundant=4, announce=True)
    sessions = set()
    for _ in range(20):
        sessions.add(link.session)
        link.control(report())
        push(link, 0)
        link.reset()
        assert link.counters() == {}
        assert link.channel is None
        assert CODEC.parse(push(link, 1)[1].data).redundant == []
    assert len(sessions) > 10
