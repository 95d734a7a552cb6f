# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports in the judge: all the time on a way of their own, or in an answer between two overs."""

import numpy as np
import pytest
from evaluation_channels import ListedLosses
from gnuradio.largesc.audio.speech_file import read_speech
from gnuradio.largesc.codec.verification import RECORDING
from gnuradio.largesc.evaluation.systems import largesc_link
from gnuradio.largesc.evaluation.systems.largesc_link import LargescSettings
from gnuradio.largesc.evaluation.systems.way_back import WayBack
from gnuradio.largesc.frame.report import ChannelReport, Report
from gnuradio.largesc.speech_link.link_sender import LinkSender
from pydantic import ValidationError


@pytest.fixture(scope="module")
def speech():
    return read_speech(RECORDING).pcm[: 24000 * 4 + 777]


@pytest.fixture
def senders(monkeypatch):
    """Those of the links that run."""
    made = []

    class Noted(LinkSender):
        def __init__(self, *arguments):
            super().__init__(*arguments)
            made.append(self)

    monkeypatch.setattr(largesc_link, "LinkSender", Noted)
    return made


def reported(way_back: WayBack) -> dict[int, int]:
    """Behind which frame a report was made, by the frame before which it is heard."""
    heard = {}
    for frame in range(60):
        told = way_back.hear(frame)
        if told is not None and "peer" in told:
            heard[frame] = round(255 * told["peer"]["loss_rate"]) - 101
        state = ChannelReport(loss_rate=(frame + 101) / 255, window=50)  # all alike, but for chance
        way_back.tell(frame, Report(state))
    return heard


def test_a_report_is_heard_when_it_can_be_and_not_before():
    channel = ListedLosses()
    # Made behind frames 0, 12, 24, 36 and 48, announced with frames 0, 6, 12 (the first is said
    # three times) and 37: a slot until the frame has come, a slot on the way back.
    assert reported(WayBack(channel, 0.08)) == {2: 0, 8: 0, 14: 12, 39: 36}
    assert channel.starts == [pytest.approx((frame + 1) * 0.08) for frame in range(60)]


@pytest.mark.parametrize(("losses", "largest"), [("hf", 7), ("", 13)])
def test_a_way_back_through_slots_is_cut_as_a_transmitter_cuts_it(losses: str, largest: int):
    """As far as the smallest slot of speech comes, reports do."""
    channel = ListedLosses()
    settings = LargescSettings(budget=1300, slots=(7, 13, 23), slot_losses=losses).sender()
    heard = reported(WayBack(channel, 0.08, settings))
    assert max(len(packet) for packet in channel.packets) == largest
    assert heard
    assert min(heard) < 9


def test_an_answer_is_cut_for_slots_alone():
    settings = LargescSettings(primary=8, redundant=7, slots=(7, 23)).sender()
    channel = ListedLosses()
    reported(WayBack(channel, 0.08, settings))
    assert 15 in [len(packet) for packet in channel.packets]  # speech takes 23 bytes


@pytest.mark.slow
def test_a_sender_learns_what_its_receiver_found_and_nothing_if_the_way_back_is_dead(
    speech, senders
):
    system = LargescSettings(primary=4, code="auto").build()
    for is_dead in (False, True):
        back = ListedLosses(lambda number, is_dead=is_dead: is_dead)
        system.run(speech, ListedLosses(lambda number: number % 4 == 1), back)
        assert len(back.packets) == len(back.starts) > 50
    told, deaf = (sender.channel for sender in senders)
    assert deaf is None
    # Announced with frames 0, 6, 12, 18 and 43: the last tells of 40 packets.
    assert told.loss_rate == pytest.approx(0.25, abs=0.02)
    assert told.window == 40  # in steps of 4
    assert told.age == pytest.approx(len(back.packets) - 1 - 43, abs=3)


def test_in_half_duplex_reports_come_in_an_answer_between_overs(speech, senders):
    """A quarter is lost: known when the over begins, and of nothing that is said in it."""
    system = LargescSettings(primary=4, code="auto", talked_before=4, answered=2).build()
    for is_dead in (False, True):
        forward = ListedLosses(lambda number: number % 4 == 1)
        back = ListedLosses(lambda number, is_dead=is_dead: is_dead)
        outcome = system.run(speech[:48000], forward, back)
        assert (outcome.packets, outcome.lost) == (26, 6)  # numbers 53 to 73
        pauses = np.diff(forward.starts)
        assert list(np.flatnonzero(pauses > 0.09)) == [49]
        assert forward.starts[49] < back.starts[0] < back.starts[-1] < forward.starts[50]
        assert len(back.starts) == 25 + 3  # the answer, and its end, three times
    told, deaf = (sender.channel for sender in senders)
    assert deaf is None
    assert told.loss_rate == pytest.approx(0.25, abs=0.02)
    # Of packets up to the end of the over before: 23 of pause, 28 and 23, and these 26 ago.
    assert told.age == pytest.approx(23 + 28 + 23 + 26, abs=13)


def test_a_turn_over_is_refused_where_no_reports_are_heard():
    for settings in ({"talked_before": 4}, {"code": "auto"}):
        with pytest.raises(ValidationError, match="answered means nothing without"):
            LargescSettings(answered=4, **settings)
