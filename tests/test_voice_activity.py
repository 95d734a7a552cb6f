# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where nobody speaks, and what is heard there: voice activity, background, comfort noise."""

import math

import numpy as np
import pytest
from gnuradio.largesc.codec.comfort_noise import LONGEST_UNTOLD, ComfortNoise
from gnuradio.largesc.codec.rest_detector import Heard, RestDetector
from gnuradio.largesc.codec.voice_activity import MEMORY, START
from gnuradio.largesc.frame.background import Background, autocorrelation
from hypothesis import given
from hypothesis import strategies as st

SIZE, RATE = 1920, 24000
HISS = Background(20, 6, 4)  # -52 dBFS


def noise(frames: int, dbfs: float = -50.0, seed: int = 1) -> np.ndarray:
    drawn = np.random.default_rng(seed).standard_normal((frames, SIZE))
    return (drawn * 10 ** (dbfs / 20)).astype(np.float32)


def voice(samples: int, dbfs: float = -25.0) -> np.ndarray:
    time = np.arange(samples) / RATE
    tone = sum(np.sin(2 * np.pi * 140 * k * time) / k for k in range(1, 20))
    return (tone / np.sqrt(np.mean(tone**2)) * 10 ** (dbfs / 20)).astype(np.float32)


def heard(frames: np.ndarray, **settings: object) -> list[Heard]:
    detector = RestDetector(-math.inf, rest=True, **settings)
    return [detector.push(frame) for frame in frames]


def silent(frames: np.ndarray) -> list[bool]:
    return [one.silent for one in heard(frames)]


def test_steady_noise_is_silence_once_it_is_known() -> None:
    assert not any(silent(noise(START)))
    assert all(silent(noise(200))[START + 3 :])


def test_digital_silence_is_silence_at_once_and_nothing_is_heard_in_it() -> None:
    assert heard(np.zeros((3, SIZE), np.float32)) == [Heard(True, Background(0, 0, 0))] * 3


@pytest.mark.parametrize("late", [0, 960, 1440, 1680])
def test_onset_is_not_clipped_however_late_in_its_frame_it_comes(late: int) -> None:
    frames = noise(40)
    frames[30, late:] += voice(SIZE - late)
    assert [n for n, one in enumerate(silent(frames)) if not one and n > START + 3] == [30, 31, 32]


def test_weak_fricative_stands_out_by_its_band() -> None:
    """Ten dB below the background, which is a rumble, but at 6 kHz, and 30 ms long."""
    rumble = np.convolve(noise(40).ravel(), 0.97 ** np.arange(400))[: 40 * SIZE]
    frames = (rumble * 10 ** (-50 / 20) / rumble.std()).astype(np.float32).reshape(40, SIZE)
    hiss = 10 ** (-60 / 20) * np.sqrt(2) * np.sin(2 * np.pi * 6000 * np.arange(720) / RATE)
    frames[30, -720:] += hiss.astype(np.float32)
    assert [n for n, one in enumerate(silent(frames)) if not one and n > START + 3] == [30, 31, 32]


def test_noise_that_is_switched_on_is_speech_for_three_seconds() -> None:
    frames = np.concatenate([noise(60, -60), noise(100, -40, seed=2)])
    assert [n for n, one in enumerate(silent(frames)) if one][-60:] == list(range(100, 160))
    assert not any(silent(frames)[60 : 60 + MEMORY - 1])


def test_threshold_goes_on_to_mean_silence() -> None:
    frames = noise(5, -50)
    detector = RestDetector(-45.0, rest=True)
    assert all(detector.push(frame).silent for frame in frames)
    plain = RestDetector(-45.0)
    assert [plain.push(frame) for frame in frames] == [Heard(True)] * 5


def test_what_is_not_finite_is_no_voice() -> None:
    frames = np.full((2, SIZE), np.nan, np.float32)
    assert all(one.silent for one in heard(frames))


def test_detector_begins_anew() -> None:
    detector, frames = RestDetector(-math.inf, rest=True), noise(60)
    first = [detector.push(frame) for frame in frames]
    detector.reset()
    assert [detector.push(frame) for frame in frames] == first


@given(st.integers(1, 31), st.integers(0, 15), st.integers(0, 7))
def test_background_is_told_to_the_nearest_step(level: int, tilt: int, bend: int) -> None:
    told = Background(level, tilt, bend)
    first, second = told.reflections
    power = told.rms**2
    correlation = power * np.array([1.0, first, first**2 + second * (1 - first**2)])
    assert Background.quantised(correlation) == told


def test_comfort_noise_has_level_and_spectrum_of_what_was_told() -> None:
    comfort = ComfortNoise(SIZE)
    told = Background(20, 10, 3)
    played = np.concatenate([comfort.push(True, told) for _ in range(400)])[SIZE:]
    again = Background.quantised(autocorrelation(played.astype(np.float64)))
    assert np.abs(np.subtract(again, told)).max() <= 1
    assert np.sqrt(np.mean(played**2)) == pytest.approx(told.rms, rel=0.05)


def test_comfort_noise_is_the_same_in_every_run_and_for_every_seed_another() -> None:
    first, second = ComfortNoise(SIZE), ComfortNoise(SIZE)
    runs = [[one.push(True, HISS) for _ in range(3)] for one in (first, second)]
    np.testing.assert_array_equal(*runs)
    first.reset()
    np.testing.assert_array_equal([first.push(True, HISS) for _ in range(3)], runs[0])
    assert not np.array_equal(ComfortNoise(SIZE, 1).push(True, HISS), runs[0][0])


def test_comfort_noise_begins_and_ends_without_a_click() -> None:
    """Its power fades within a frame: the first and the last samples are next to nothing."""
    comfort = ComfortNoise(SIZE)
    played = [comfort.push(n in (1, 2, 3), HISS if n in (1, 2, 3) else None) for n in range(6)]
    assert not played[0].any()
    assert not played[5].any()
    edges = [played[1][:20], played[4][-20:]]
    assert max(np.abs(edge).max() for edge in edges) < 0.1 * HISS.rms
    power = [float(np.mean(frame.astype(np.float64) ** 2)) / HISS.rms**2 for frame in played]
    assert power[1:5] == pytest.approx([0.5, 1.0, 1.0, 0.5], rel=0.25)


def test_silence_that_tells_nothing_has_the_last_background_for_a_second() -> None:
    comfort = ComfortNoise(SIZE)
    assert not comfort.push(True).any()
    comfort.push(True, HISS)
    played = [comfort.push(True).any() for _ in range(LONGEST_UNTOLD + 3)]
    assert played == [True] * (LONGEST_UNTOLD + 1) + [False] * 2  # the last one fades out
