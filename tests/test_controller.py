# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A budget spent where it does most: never above it, close to it, and by what reports say."""

import math
from itertools import pairwise

import numpy as np
import pytest
from gnuradio.largesc import packet_codec
from gnuradio.largesc.control.allocation_choice import price_for
from gnuradio.largesc.control.bit_budget import AIM, WINDOW, BitBudget
from gnuradio.largesc.control.importance_map import Importance, costs_of, importance_of
from gnuradio.largesc.control.plain_rule import MEAN_COSTS, PlainRule
from gnuradio.largesc.control.speech_measure import SpeechMeasure
from gnuradio.largesc.frame.report import ChannelReport, Report
from gnuradio.largesc.frame.speech_facts import SpeechFacts
from gnuradio.largesc.frame.tokens import no_tokens
from gnuradio.largesc.speech_link.link_sender import LinkSender
from gnuradio.largesc.speech_link.settings import SenderSettings

TOKENS = np.zeros(8, dtype=np.int16)
LOUD, QUIET = SpeechFacts(-25.0, 2.0), SpeechFacts(-60.0, 0.5)


def made_facts(frames: int, seed: int = 1) -> list[SpeechFacts]:
    rng = np.random.default_rng(seed)
    levels, flux = rng.normal(-35, 10, frames), rng.exponential(4, frames)
    return [SpeechFacts(*one) for one in zip(levels.tolist(), flux.tolist(), strict=True)]


class Sending:
    """A sender under a budget, and what it has sent: bits per frame, and packets."""

    def __init__(self, budget: float, **settings: object):
        how = {"code": "auto", "lag": 3} | settings
        self.link = LinkSender(SenderSettings(budget=budget, **how))
        self.bits: list[int] = []
        self.packets: list[object] = []
        self.codec = packet_codec(self.link.settings.check == "crc16")

    def send(
        self,
        facts: list[SpeechFacts],
        channel: tuple[float, float] | None = None,
        silence: bool = False,
    ) -> "Sending":
        for one in facts:
            frame = len(self.bits)
            if channel is not None and frame % 12 == 0:
                rate, burst = channel
                self.link.hear(ChannelReport(loss_rate=rate, mean_burst=burst, window=50))
            tokens = no_tokens() if silence else TOKENS
            sent = self.link.push(frame, tokens, silence, facts=one)
            self.bits.append(8 * sum(len(packet.data) for packet in sent))
            self.packets.append(self.codec.parse(sent[-1].data))
        return self

    def windows(self, first: int = 0) -> np.ndarray:
        """bit/s of all windows of 10 s."""
        return np.convolve(self.bits[first:], np.ones(WINDOW), "valid") / 10.0

    def redundant(self, first: int, last: int) -> float:
        return float(np.mean([len(packet.redundant) for packet in self.packets[first:last]]))


def test_pauses_do_not_end_the_redundancy_of_codes() -> None:
    """Where a frame that a code would combine is silent, its packet repeats another one."""
    sending = Sending(1500, code="xor_pair", lag=1).send(made_facts(60), (0.3, 1.4))
    before = len(sending.bits)
    sending.send(made_facts(3), silence=True)
    pause = sending.packets[before:]
    assert all(packet.redundant for packet in pause)  # of the last frames before it
    sending.send(made_facts(12, seed=2))
    assert sending.redundant(before + 4, before + 7) > 0.5 * sending.redundant(30, before)


def test_reports_in_announcements_steer_as_those_beside_the_link_do() -> None:
    """A report changes no setting: what is known of speech, channel and budget stays."""
    beside, within = Sending(1000), Sending(1000)
    for rate in (0.2, 0.25, 0.15):
        report = ChannelReport(loss_rate=rate, mean_burst=1.3, window=50)
        facts = made_facts(40, seed=int(100 * rate))
        beside.link.hear(report)
        within.link.control(Report(ChannelReport(), peer=report).as_dict())
        beside.send(facts)
        within.send(facts)
    assert within.bits == beside.bits


@pytest.mark.parametrize(
    ("budget", "channel"),
    [(700, (0.2, 1.25)), (850, (0.3, 3.0)), (1300, (0.2, 1.25)), (1900, (0.3, 3.0))],
)
def test_budget_is_kept_in_every_window_and_used(
    budget: float, channel: tuple[float, float]
) -> None:
    sending = Sending(budget).send(made_facts(300), channel)
    assert sending.windows().max() <= budget
    assert np.mean(sending.bits) * 12.5 >= 0.98 * budget
    settled = sending.windows(WINDOW)
    assert np.ptp(settled) < 0.05 * budget  # a channel that stays as it is


def test_announcements_and_check_values_are_in_the_budget() -> None:
    sending = Sending(1400, announce=True, session=3, text="DL1ABC", check="crc16")
    sending.send(made_facts(260), (0.2, 1.25))
    assert sending.windows().max() <= 1400
    assert np.mean(sending.bits) * 12.5 >= 0.98 * 1400


@pytest.mark.parametrize(
    ("settings", "least"),
    [({}, 700), ({"check": "crc16"}, 900), ({"announce": True}, 764)],
)
def test_budget_below_the_smallest_packets_is_refused(
    settings: dict[str, object], least: int
) -> None:
    with pytest.raises(ValueError, match=f"budget must be {least} bit/s or more, not {least - 1}"):
        Sending(least - 1, **settings)
    assert Sending(least, **settings).send(made_facts(135)).windows().max() <= least


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -1.0, "1300", True])
def test_what_is_no_budget_is_refused(wrong: object) -> None:
    link = Sending(1300).link
    for refused in (lambda: SenderSettings(budget=wrong), lambda: link.control({"budget": wrong})):
        with pytest.raises(ValueError, match="budget"):
            refused()
    with pytest.raises(ValueError, match="budget must be 700 bit/s or more, not 600"):
        link.control({"budget": 600, "text": "kept out"})
    assert (link.settings.budget, link.settings.text) == (1300, "")


def test_budget_changes_while_it_runs() -> None:
    sending = Sending(2000).send(made_facts(200), (0.2, 1.25))
    for budget in (900, 1500):
        sending.link.control({"budget": budget})
        first = len(sending.bits)
        sending.send(made_facts(160), (0.2, 1.25))
        assert sending.windows(first).max() <= budget
        assert np.mean(sending.bits[first:]) * 12.5 >= 0.975 * budget
    sending.link.control({"budget": 0, "n_primary": 5})
    sending.send(made_facts(1))
    assert len(sending.packets[-1].primary) == 5


def test_saved_in_silence_is_spent_on_speech_but_not_without_end() -> None:
    sending = Sending(1000).send([QUIET] * 130, silence=True).send(made_facts(130), (0.2, 1.25))
    assert max(sending.bits[5:130]) == 16
    assert np.mean(sending.bits[130:155]) * 12.5 > 1200
    assert sending.windows().max() <= 1000


def test_more_redundancy_where_more_is_lost() -> None:
    facts = made_facts(160)
    repeated = [
        Sending(1300).send(facts, (rate, 1.2)).redundant(60, 160) for rate in (0.0, 0.05, 0.3)
    ]
    assert repeated[0] < 0.2
    assert repeated[0] < repeated[1] < repeated[2]


class Scaled:
    """A source by which a frame of -20 dBFS is worth ten of -40."""

    mean_costs = MEAN_COSTS

    def reset(self) -> None:
        pass

    def costs(self, facts: SpeechFacts) -> np.ndarray:
        return MEAN_COSTS * np.float32(10 ** (facts.level / 20 + 1.5))


def test_frames_that_are_worth_more_get_more() -> None:
    sending = Sending(1200, code="repetition")
    sending.link._steering._controller._source = Scaled()
    facts = [SpeechFacts(level, 0.0) for level in (-20.0, -40.0, -40.0, -40.0)]
    sending.send(facts * 40, (0.2, 3.0))
    rows = [sending.packets[40 + place :: 4] for place in range(4)]
    own, again = (
        [np.mean([len(getattr(packet, kind)) for packet in row]) for row in rows]
        for kind in ("primary", "redundant")
    )
    assert own[0] > max(own[1:])
    assert again[3] > max(again[:3])  # at lag 3


def test_a_step_of_the_channel_is_followed_within_two_seconds() -> None:
    """Reports of 50 packets every second, as the receiver makes them: the window fills slowly."""
    sending, facts = Sending(1300), made_facts(700)
    sending.send(facts[:300], (0.0, 0.0))
    assert sending.redundant(200, 300) < 0.1
    rng, lost = np.random.default_rng(3), [False] * 300
    for frame in range(300, 500):
        if frame % 12 == 0:
            window = lost[-50:]
            runs = sum(now and not before for before, now in pairwise(window))
            rate = float(np.mean(window))
            burst = sum(window) / max(runs, 1)
            sending.link.hear(ChannelReport(loss_rate=rate, mean_burst=burst, window=50))
        sending.send([facts[frame]])
        lost.append(bool(rng.random() < 0.3))
    final = sending.redundant(400, 500)
    assert final > 2
    assert sending.redundant(325, 337) > 0.5 * final


def test_reports_that_stop_are_the_prior_again() -> None:
    sending = Sending(1300).send(made_facts(40), (0.4, 1.7))
    sending.send(made_facts(760))
    never = Sending(1300).send(made_facts(800))
    assert sending.redundant(700, 800) == pytest.approx(never.redundant(700, 800), abs=0.3)


def test_reports_that_contradict_themselves_end_nothing() -> None:
    """Nearly all is lost, and never two packets in a row: no channel is so."""
    sending = Sending(1300)
    for _ in range(30):
        sending.send(made_facts(12), (0.96, 1.0))
        sending.send(made_facts(12), (0.6, 1.0))
    assert sending.windows().max() <= 1300


def test_facts_that_are_no_numbers_are_the_mean_frame() -> None:
    rule = PlainRule()
    for wrong in (SpeechFacts(math.nan, 1.0), SpeechFacts(-30.0, math.inf)):
        assert (rule.costs(wrong) == MEAN_COSTS).all()
    known = rule.costs(LOUD)
    assert known.shape == (2, 9)
    assert (np.diff(known, axis=1) <= 0).all()
    assert (known[:, 8] == 0).all()
    Sending(1300).send([SpeechFacts(math.nan, math.nan)] * 20)


def test_importance_is_the_costs_in_two_numbers() -> None:
    assert importance_of(MEAN_COSTS, MEAN_COSTS) == Importance(0.5, 0.5)
    told = Importance(0.8, 0.25)
    assert importance_of(costs_of(told, MEAN_COSTS), MEAN_COSTS) == pytest.approx(told, abs=1e-5)
    assert (costs_of(Importance(0.0, 0.0), MEAN_COSTS) == 0).all()
    for wrong in (Importance(math.nan, 0.5), Importance(0.5, 1.1)):
        with pytest.raises(ValueError, match=r"importance of \w+ must be 0\.\.1"):
            costs_of(wrong, MEAN_COSTS)


def test_price_is_that_at_which_frames_take_what_is_wanted() -> None:
    bits = np.array([[10.0, 20.0], [30.0, 40.0]])
    costs = np.array([[[4.0, 2.0], [3.0, 1.0]], [[8.0, 4.0], [6.0, 2.0]]])
    for wanted in (15.0, 25.0, 35.0):
        price = price_for(costs, bits, wanted)
        taken = [bits.flat[(one + price * bits).argmin()] for one in costs]
        assert np.mean(taken) <= wanted
    assert price_for(costs, bits, 40.0) == 0.0


def test_budget_forgives_what_was_spent_before_it_was_lowered() -> None:
    budget = BitBudget(2000, 56)
    for _ in range(WINDOW):
        budget.next_frame(160)
    budget.change(1000)
    assert budget.most() >= 56
    assert budget.wanted == pytest.approx(AIM * 80)


def test_speech_measure_tells_level_and_what_is_new() -> None:
    measure, t = SpeechMeasure(), np.arange(1920) / 24000
    tone = (0.1 * np.sqrt(2) * np.sin(2 * np.pi * 500 * t)).astype(np.float32)
    level, flux = measure.push(tone)
    assert level == pytest.approx(-20.0, abs=0.1)
    assert flux > 5
    assert measure.push(tone)[1] == pytest.approx(0.0, abs=0.1)
    assert measure.push(np.zeros(1920, dtype=np.float32)) == (-100.0, 0.0)
