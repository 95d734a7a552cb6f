# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What places and microphones do to speech, measured: ratio, band, decay, level, cut-off peaks."""

from collections.abc import Callable

import numpy as np
import pytest
from gnuradio.largesc.corpus.chance import chance_of
from gnuradio.largesc.corpus.conditions import CONDITIONS, Condition, split_condition
from gnuradio.largesc.corpus.room import REVERBERATION, in_room, room_response
from gnuradio.largesc.corpus.speech_level import active_speech_level, at_level

RATE = 24000
BY_SUFFIX = {condition.suffix: condition for condition in CONDITIONS}


@pytest.fixture(scope="session")
def clean(speech: np.ndarray) -> np.ndarray:
    return at_level(speech, -26.0)


@pytest.fixture(scope="session")
def voices(clean: np.ndarray) -> Callable[[], list[np.ndarray]]:
    return lambda: [clean[::-1].copy(), clean[1000:40_000].copy()]


def decibels(power: float) -> float:
    return 10 * np.log10(power)


def spectrum(pcm: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.fft.rfftfreq(len(pcm), 1 / RATE), np.abs(np.fft.rfft(pcm * np.hanning(len(pcm)))) ** 2


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda condition: condition.suffix)
def test_a_condition_is_always_the_same(
    condition: Condition, clean: np.ndarray, voices: Callable[[], list[np.ndarray]]
) -> None:
    made = condition.apply(clean, "a", voices)
    assert made.dtype == np.float32
    assert made.shape == clean.shape
    assert np.abs(made).max() <= 1.0
    assert not np.allclose(made, clean, atol=1e-3)
    assert np.array_equal(made, condition.apply(clean, "a", voices))
    drawn = condition.suffix not in ("-quiet", "-clipped")
    assert np.array_equal(made, condition.apply(clean, "b", voices)) != drawn


@pytest.mark.parametrize("suffix", ["-noise", "-voices"])
def test_what_is_mixed_in_is_ten_decibels_below(
    suffix: str, clean: np.ndarray, voices: Callable[[], list[np.ndarray]]
) -> None:
    rest = BY_SUFFIX[suffix].apply(clean, "a", voices).astype(np.float64) - clean
    assert active_speech_level(clean) - decibels(np.mean(rest**2)) == pytest.approx(10.0, abs=0.1)


def test_voices_are_of_those_who_are_given(clean: np.ndarray) -> None:
    tone = np.sin(2 * np.pi * 1000 * np.arange(RATE) / RATE).astype(np.float32)
    rest = BY_SUFFIX["-voices"].apply(clean, "a", lambda: [tone]) - clean
    frequencies, power = spectrum(rest)
    assert frequencies[np.argmax(power)] == pytest.approx(1000, abs=1)


def test_a_room_decays_by_sixty_decibels_in_half_a_second() -> None:
    response = room_response(chance_of("a"))
    left = np.cumsum((response**2)[::-1])[::-1]  # Schroeder 1965
    tail = left[100:]
    falls = 10 * np.log10(tail / tail[0])
    steps = [int(np.argmax(falls < level)) for level in (-5.0, -25.0)]
    assert 3.0 * (steps[1] - steps[0]) / RATE == pytest.approx(REVERBERATION, rel=0.1)
    assert decibels(1.0 / float(np.sum(response[1:] ** 2))) == pytest.approx(3.0, abs=0.01)


def test_a_room_keeps_level_and_time(clean: np.ndarray) -> None:
    heard = in_room(clean, chance_of("a"))
    assert active_speech_level(heard) == pytest.approx(-26.0, abs=0.1)
    assert np.argmax(np.correlate(heard[:20_000], clean[:20_000], "same")) == 10_000


def test_ssb_passes_its_band_alone(clean: np.ndarray) -> None:
    made = BY_SUFFIX["-ssb"].apply(clean, "a", list)
    frequencies, power = spectrum(made)
    inside = (frequencies > 300) & (frequencies < 2700)
    outside = (frequencies < 200) | (frequencies > 2800)
    assert decibels(power[outside].sum() / power[inside].sum()) < -50.0
    assert np.argmax(np.correlate(made[:20_000], clean[:20_000], "same")) == 10_000


def test_ssb_noise_is_twenty_decibels_below(clean: np.ndarray) -> None:
    both = [BY_SUFFIX["-ssb"].apply(clean, name, list).astype(np.float64) for name in "ab"]
    # The speech is the same in both, the noise is not.
    noise = decibels(np.mean((both[0] - both[1]) ** 2) / 2)
    assert active_speech_level(clean) - noise == pytest.approx(20.0, abs=0.3)
    assert active_speech_level(both[0].astype(np.float32)) == pytest.approx(-26.0, abs=0.5)


def test_quiet_is_twenty_decibels_down(clean: np.ndarray) -> None:
    made = BY_SUFFIX["-quiet"].apply(clean, "a", list)
    assert decibels(np.mean(clean**2) / np.mean(made**2)) == pytest.approx(20.0, abs=0.01)


def test_clipped_is_cut_where_it_would_be_above_full_scale(clean: np.ndarray) -> None:
    made = BY_SUFFIX["-clipped"].apply(clean, "a", list)
    above = np.abs(clean) >= np.abs(clean).max() / 10 ** (6 / 20)
    assert np.array_equal(np.abs(made) == 1.0, above)
    assert 0.0001 < above.mean() < 0.05
    gains = made[~above & (clean != 0)] / clean[~above & (clean != 0)]
    assert gains.min() == pytest.approx(gains.max(), rel=1e-4)


def test_silence_stays_silence() -> None:
    for suffix in ("-quiet", "-clipped"):
        assert not BY_SUFFIX[suffix].apply(np.zeros(99, np.float32), "a", list).any()


def test_a_suffix_names_its_condition() -> None:
    assert split_condition("readers-low-ssb") == ("readers-low", BY_SUFFIX["-ssb"])
    assert split_condition("readers-low") == ("readers-low", None)
