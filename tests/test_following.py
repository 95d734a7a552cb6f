# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A channel that changes: who hears of it when, and that what is known stays known."""

import math
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gnuradio.largesc import announcement, packet_codec
from gnuradio.largesc.control.bit_budget import WINDOW, BitBudget
from gnuradio.largesc.control.channel_estimate import PRIOR_LOSS, ChannelEstimate
from gnuradio.largesc.control.redundancy_choice import RedundancyChooser
from gnuradio.largesc.frame.report import ChannelReport, Report
from gnuradio.largesc.link.announcer import AGAIN, INTERVAL, SOONEST, Announcer
from gnuradio.largesc.speech_link.link_sender import LinkSender
from gnuradio.largesc.speech_link.report_schedule import EVERY, ReportSchedule
from gnuradio.largesc.speech_link.settings import SenderSettings
from hypothesis import given
from hypothesis import strategies as some

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))
from following_figures.station import Station

CODEC, TOKENS = packet_codec(), np.zeros(8, dtype=np.int16)
QUIET = ChannelReport(session=1, loss_rate=0.0, window=50)
BAD = ChannelReport(session=1, loss_rate=0.3, mean_burst=1.4, window=12)


def send(frames: int, one: Station, to: Station, loss: float) -> None:
    for _ in range(frames):
        one.send(to, loss)


def test_a_step_is_followed_in_band_within_five_seconds() -> None:
    """Both talk at once; 30 % of what brings the reports back is lost."""
    one, other = Station(1), Station(2)
    for frame in range(290):
        send(1, one, other, 0.0 if frame < 150 else 0.3)
        send(1, other, one, 0.3)
    assert np.mean(one.redundant[100:150]) < 0.3
    final = np.mean(one.redundant[240:])
    assert final > 2
    assert np.mean(one.redundant[150 + 62 : 150 + 87]) > final / 2
    windows = np.convolve(one.bits, np.ones(WINDOW), "valid") / 10.0
    assert windows.max() <= 1300
    assert np.mean(one.bits) * 12.5 >= 0.98 * 1300


def test_a_step_is_followed_at_turn_over() -> None:
    """It comes while the other station listens; the first packets of its answer tell."""
    one, other = Station(1), Station(2)
    send(100, one, other, 0.0)
    send(30, other, one, 0.0)
    send(60, one, other, 0.0)
    before = np.mean(one.redundant[-25:])
    send(60, one, other, 0.3)
    assert np.mean(one.redundant[-25:]) == pytest.approx(before, abs=0.5)
    send(SOONEST + 1, other, one, 0.0)
    send(25, one, other, 0.3)
    assert np.mean(one.redundant[-25:]) > before + 1.5


def test_reports_through_control_leave_budget_and_channel_as_they_are() -> None:
    """They come every second; each once made the controller forget all it knew."""
    link = LinkSender(SenderSettings(budget=1300, code="auto", lag=3, importance="plain"))
    redundant, bits = [], []
    for frame in range(200):
        if frame == 24:
            link.control(Report(QUIET, peer=ChannelReport(0, 0.4, 1.7, 50)).as_dict())
        elif frame > 24 and frame % 3 == 0:
            link.control(Report(QUIET).as_dict())
        (sent,) = link.push(frame, TOKENS)
        redundant.append(len(CODEC.parse(sent.data).redundant))
        bits.append(8 * len(sent.data))
    assert np.mean(redundant[60:120]) > 3
    assert np.convolve(bits, np.ones(WINDOW), "valid").max() <= 13000
    assert np.mean(bits) * 12.5 >= 0.98 * 1300


def test_a_policy_changed_while_it_runs_keeps_what_is_known() -> None:
    link = LinkSender(SenderSettings(budget=1300, lag=3, importance="plain"))
    for frame in range(60):
        if frame % 12 == 0:
            link.hear(ChannelReport(loss_rate=0.4, mean_burst=1.7, window=50))
        link.push(frame, TOKENS)
    known = link._steering._chooser.channel.at(60)
    assert known.loss_rate > 0.35
    for change in ({"code": "auto"}, {"lag": 1}, {"budget": 0}, {"budget": 900}, {"text": "X"}):
        link.control(change)
        assert link._steering._chooser.channel.at(60) == known


def test_a_budget_that_is_raised_forgives_nothing() -> None:
    budget = BitBudget(1000, 56)
    for _ in range(60):
        budget.next_frame(184)
    spent = 60 * 184 + 64 * 80  # before that, just so
    budget.change(1500)
    assert budget.most() <= WINDOW * 120 - spent


def test_a_report_is_sent_every_second_and_news_at_once() -> None:
    schedule = ReportSchedule()
    assert schedule.is_due(Report(QUIET))
    sent = [frame for frame in range(40) if schedule.is_due(Report(QUIET))]
    assert sent == [EVERY - 1, 2 * EVERY - 1, 3 * EVERY - 1]
    assert schedule.is_due(Report(BAD))
    assert not schedule.is_due(Report(BAD))
    told = Report(BAD, peer=ChannelReport(2, 0.1, 1.0, 48, age=3.0))
    assert schedule.is_due(told)
    assert not schedule.is_due(Report(BAD, peer=ChannelReport(2, 0.1, 1.0, 48, age=4.0)))


def test_the_first_reports_come_after_few_packets() -> None:
    schedule, window = ReportSchedule(), list(range(1, 50))
    growing = [Report(replace(QUIET, window=packets)) for packets in window]
    sent = [one.channel.window for one in growing if schedule.is_due(one)]
    assert sent == [4, 8, 16, 28, 40]
    assert not schedule.is_due(Report(replace(QUIET, window=50)))
    assert schedule.is_due(Report(replace(QUIET, session=2, window=5)))  # another sender


def test_the_first_packets_are_weighed_as_so_many() -> None:
    """One lost of four is no channel of 25 %, and four that came are none of 0 %."""
    for lost, least, most in ((0, 0.05, 0.08), (1, 0.12, 0.2), (4, 0.4, 0.6)):
        estimate = ChannelEstimate()
        estimate.hear(ChannelReport(loss_rate=lost / 4, mean_burst=lost, window=4), 4)
        assert least < estimate.at(4).loss_rate < most
        # A whole window is believed.
        estimate.hear(ChannelReport(loss_rate=lost / 4, mean_burst=lost, window=50), 50)
        assert estimate.at(50).loss_rate == pytest.approx(lost / 4, abs=0.02)


@pytest.mark.parametrize(
    ("now", "is_change"),
    [
        (ChannelReport(loss_rate=0.3, mean_burst=1.4, window=50), True),
        (ChannelReport(loss_rate=0.04, mean_burst=1.0, window=50), False),
        (ChannelReport(loss_rate=0.12, mean_burst=6.0, window=50), False),  # one burst
        (ChannelReport(loss_rate=1.0, mean_burst=50.0, window=50), True),
        (ChannelReport(), False),
    ],
)
def test_a_change_is_more_than_chance(now: ChannelReport, is_change: bool) -> None:
    assert now.differs_from(QUIET) is is_change
    assert QUIET.differs_from(now) in (is_change, now.window > 0)


def test_what_a_receiver_has_forgotten_its_sender_forgets() -> None:
    """Of 30 % a window of 25 packets with one loss would say little by itself."""
    before = ChannelReport(session=1, loss_rate=0.3, mean_burst=1.4, window=50)
    better = ChannelReport(session=1, loss_rate=0.04, mean_burst=1.0, window=24)
    assert better.differs_from(before)
    estimates = [ChannelEstimate(), ChannelEstimate()]
    for frame in range(0, 300, 12):
        for estimate in estimates:
            estimate.hear(before, frame)
    estimates[0].hear(better, 300)
    estimates[1].hear(replace(better, window=50), 300)  # not 2 s after a change, but any 4 s
    assert estimates[0].at(300).loss_rate == pytest.approx(0.08, abs=0.005)
    assert estimates[1].at(300).loss_rate == pytest.approx(0.04, abs=0.005)
    estimates[0].hear(replace(before, window=12), 312)
    assert estimates[0].at(312) == estimates[0].steady(312)
    assert estimates[0].at(312).loss_rate == pytest.approx(0.3)


def test_a_step_down_is_followed_within_three_seconds() -> None:
    one, other = Station(1, announce=False), Station(2, announce=False)

    def beside(report: dict[str, Any]) -> None:
        one.sender.control({"loss_rate": 0.0, "peer": report | {"session": 0}})

    for frame in range(400):
        one.send(other, 0.3 if frame < 300 else 0.05, beside)
    before, after = np.mean(one.redundant[250:300]), np.mean(one.redundant[370:])
    assert np.mean(one.redundant[300 + 37 : 350]) < (before + after) / 2


def test_chance_at_forty_per_cent_is_not_taken_for_bursts() -> None:
    """It was, where the higher of two loss rates decided: at 50 % a repetition is as good."""
    one, other = Station(1, announce=False), Station(2, announce=False)
    chosen = []

    def beside(report: dict[str, Any]) -> None:
        one.sender.control({"loss_rate": 0.0, "peer": report | {"session": 0}})

    for frame in range(1500):
        one.send(other, 0.4, beside)
        if frame > 250:
            chosen.append(one.sender._steering._chooser.choice(frame).code)
    assert chosen.count("xor_pair") > 0.9 * len(chosen)


def test_a_changed_report_is_announced_early_and_twice_more() -> None:
    link = LinkSender(SenderSettings(announce=True, session=5))
    announced: dict[int, float] = {}
    for frame in range(80):
        if frame == 20:
            link.control(Report(QUIET).as_dict())
        if frame == 34:
            link.control(Report(BAD).as_dict())
        for sent in link.push(frame, TOKENS):
            said = CODEC.parse(sent.data)
            if isinstance(said, announcement) and said.report is not None:
                announced[frame] = round(said.report.loss_rate, 1)
    first = [20 + SOONEST * n for n in range(AGAIN + 1)]  # likewise
    times = [first[-1] + SOONEST * n for n in range(1, AGAIN + 2)]
    times.append(times[-1] + INTERVAL)
    assert announced == dict.fromkeys(first, 0.0) | dict.fromkeys(times, 0.3)


def test_nothing_early_before_a_first_announcement_and_before_something_is_known() -> None:
    announcer = Announcer(CODEC, 1)
    assert not announcer.is_early(40, BAD)
    announcer.announce(40, silence=False)
    assert not announcer.is_early(50, replace(BAD, window=3))
    assert announcer.is_early(50, BAD)


@pytest.mark.parametrize("name", ["age", "window", "mean_burst"])
@pytest.mark.parametrize("wrong", [math.inf, math.nan, -1.0])
def test_a_report_without_finite_numbers_is_refused(name: str, wrong: float) -> None:
    with pytest.raises(ValueError, match=f"{name} of a report must be"):
        ChannelReport(**{"loss_rate": 0.1, name: wrong})


def test_stale_reports_leave_the_prior() -> None:
    link = LinkSender(SenderSettings(budget=1300, importance="plain"))
    stale = ChannelReport(loss_rate=0.6, mean_burst=3.0, window=50, age=2000)
    with pytest.raises(ValueError, match="a report of 2000 frames ago says nothing"):
        link.hear(stale)
    link.control(Report(QUIET, peer=stale).as_dict())  # the other side has had nothing new
    assert link._steering._chooser.channel.at(0).loss_rate == PRIOR_LOSS
    link.hear(ChannelReport(loss_rate=0.3, window=50, age=0))
    fresh = link._steering._chooser.channel.at(0)
    link.hear(ChannelReport(loss_rate=0.0, window=50, age=100))  # overtaken on the way
    assert link._steering._chooser.channel.at(0) == fresh
    assert link._steering._chooser.channel.at(2000).loss_rate == pytest.approx(PRIOR_LOSS, abs=1e-4)


REPORTS = some.builds(
    ChannelReport,
    loss_rate=some.floats(0, 1),
    mean_burst=some.floats(0, 1e300),
    window=some.integers(0, 2**31),
    age=some.floats(0, 1e300),
)


@given(some.lists(some.tuples(REPORTS, some.integers(0, 5000)), max_size=4))
def test_whatever_a_report_says_the_channel_stays_one(
    heard: list[tuple[ChannelReport, int]],
) -> None:
    chooser = RedundancyChooser(3)
    for report, frame in heard:
        chooser.hear(report, frame)
        report.differs_from(heard[0][0])
        state = chooser.channel.at(frame)
        assert 0.0 <= state.loss_rate <= 1.0
        assert 0.0 <= state.mean_burst < math.inf
        chooser.choice(frame)
