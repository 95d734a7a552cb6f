# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The measurement of latency: its card, its ear, and that the parts make up the whole."""

import sys
from pathlib import Path

import numpy as np
import pytest
import soxr
from gnuradio.largesc.control.speech_measure import FRAME, SpeechMeasure
from gnuradio.largesc.frame.speech_facts import SpeechFacts
from gnuradio.largesc.speech_link.link_sender import LinkSender
from gnuradio.largesc.speech_link.settings import SenderSettings

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))
from live_latency.heard_timeline import HeardTimeline
from live_latency.link_run import Case, measure
from live_latency.onset_delays import PARTS
from live_latency.playback_buffer import PlaybackBuffer
from live_latency.sound_card import FRAME_S, RATE
from live_latency.spoken_overs import spoken_over

PERIOD_S, PERIOD = 0.01, 480


class Clock:
    """A clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.mark.parametrize("seed", range(4))
def test_no_piece_of_an_announcement_takes_the_slot_in_which_a_vowel_rises(seed: int) -> None:
    """Live, what stands beside a frame takes its slot: half of an onset was heard 75 ms late."""
    over, measure = spoken_over(4, seed), SpeechMeasure(behind=960)
    pcm = soxr.resample(over.samples, RATE, 24000)
    frames = pcm[: len(pcm) // FRAME * FRAME].reshape(-1, FRAME)
    sender = LinkSender(SenderSettings(n_primary=4, slots=(7, 13, 23), announce=True))
    sender.begin_over()
    taken = []
    for number, frame in enumerate(frames):
        facts = SpeechFacts(*measure.push(frame))
        sent = sender.push(number, np.zeros(8, dtype=np.int16), facts=facts)
        taken += [facts.flux] if sent[0].beside else []
    assert len(taken) >= 3
    assert max(taken) < 5.0  # dB


def test_a_full_card_is_heard_its_length_later_and_without_a_gap() -> None:
    clock = Clock()
    card = PlaybackBuffer(PERIOD_S, 4, clock, clock.sleep)
    written = []
    for _ in range(20):
        card.write()
        written.append(clock.now)
    begins = card.begins()
    np.testing.assert_allclose(np.diff(begins), PERIOD_S)
    np.testing.assert_allclose((begins - written)[4:], 0.03)  # a fourth one plays meanwhile
    assert card.underruns == 0


def test_a_card_waits_until_it_is_half_full_and_again_when_it_has_run_empty() -> None:
    clock = Clock()
    card = PlaybackBuffer(PERIOD_S, 4, clock, clock.sleep)
    card.write()
    assert len(card.begins()) == 0
    clock.sleep(1.0)
    card.write()
    np.testing.assert_allclose(card.begins(), [101.0, 101.01])
    clock.sleep(0.5)
    card.write()
    card.write()
    np.testing.assert_allclose(card.begins(), [101.0, 101.01, 101.5, 101.51])
    assert card.underruns == 1


@pytest.mark.parametrize("known", [True, False], ids=["expected about there", "looked for"])
def test_a_delay_is_found_again(known: bool) -> None:
    over, delay = spoken_over(3, seed=1), 0.4375
    rows = np.pad(over.samples, (0, -len(over.samples) % PERIOD)).reshape(-1, PERIOD)
    card = HeardTimeline(rows, 50.0 + delay + PERIOD_S * np.arange(len(rows)))
    expected: list[float | None] | None = [delay - 0.05, None, delay + 0.05] if known else None
    found = card.delays(over.samples, 50.0, over.onsets, expected)
    assert found[1] is None or not known
    assert [d for d in found if d is not None] == pytest.approx(
        [delay] * (2 + (not known)), abs=1e-3
    )


def test_overs_begin_with_voice_out_of_silence() -> None:
    over = spoken_over(4, seed=0)
    for onset in over.onsets:
        assert not over.samples[onset - RATE // 4 : onset].any()
        assert np.abs(over.samples[onset : onset + RATE // 8]).max() > 0.1
    assert len({*np.diff(over.onsets)}) == 3


@pytest.mark.alone
@pytest.mark.slow
def test_the_parts_make_up_the_whole(tmp_path: Path) -> None:
    measured = measure(Case("network, hold", "network"), overs=1, onsets=4, folder=tmp_path)
    assert measured.look_ahead == 1
    assert len(measured.onsets) + measured.missed == 4
    assert measured.onsets, measured
    for onset in measured.onsets:
        assert tuple(onset.parts) == PARTS
        assert sum(onset.parts.values()) == pytest.approx(onset.whole, abs=FRAME_S)
        assert onset.parts["look-ahead"] + onset.parts["slack"] > 0.0  # came before it was due
        for part in ("microphone", "encode", "packetize", "recover", "decode", "buffers"):
            assert onset.parts[part] > -0.001, part
