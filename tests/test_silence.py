# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Silence at both ends: which frames are silent, and the tokens of silence."""

import math

import numpy as np
import pytest
from gnuradio.largesc.codec.checkpoint import load_codec
from gnuradio.largesc.codec.silence_detector import SilenceDetector
from gnuradio.largesc.codec.silence_tokens import find_silence_tokens
from hypothesis import given
from hypothesis import strategies as st
from random_checkpoint import random_checkpoint, speech_like

QUIET, LOUD = np.full(1920, 0.0009, np.float32), np.full(1920, -0.0011, np.float32)  # -61, -59 dB


def silent(frames: list[np.ndarray], threshold: float = -60.0) -> list[bool]:
    detector = SilenceDetector(threshold)
    return [detector.push(frame) for frame in frames]


@given(st.lists(st.booleans(), max_size=40))
def test_silent_are_quiet_frames_but_the_two_after_a_loud_one(loud):
    expected = [
        not any(loud[max(0, n - 2) : n + 1])  # neither it nor the two before
        for n in range(len(loud))
    ]
    assert silent([LOUD if is_loud else QUIET for is_loud in loud]) == expected


def test_what_is_not_finite_is_silence():
    frame = np.full(1920, np.nan, np.float32)
    assert silent([frame, np.full(1920, np.inf, np.float32)]) == [True, True]
    frame[:10] = 0.5
    assert silent([frame]) == [False]


@given(level=st.floats(-100, 0), threshold=st.floats(-99, 0))
def test_level_is_the_rms_below_full_scale(level, threshold):
    if abs(level - threshold) < 0.01:
        return
    noise = np.random.default_rng(0).standard_normal(1920)
    frame = noise / np.sqrt(np.mean(noise**2)) * 10 ** (level / 20)
    assert silent([frame.astype(np.float32)], threshold) == [level < threshold]


def test_minus_infinity_is_off():
    assert silent([np.zeros(1920, np.float32)] * 5, -math.inf) == [False] * 5


def test_after_a_reset_there_is_no_hangover():
    detector = SilenceDetector(-60)
    detector.push(LOUD)
    detector.reset()
    assert detector.push(QUIET)


def test_what_cannot_be_a_setting_is_refused():
    for wrong in (math.nan, math.inf, 0.1, -201):
        with pytest.raises(ValueError, match=r"must be -200..0 dBFS, or minus infinity for none"):
            SilenceDetector(wrong)
    with pytest.raises(ValueError, match="hangover must not be negative"):
        SilenceDetector(-60, -1)


def test_silence_tokens_sound_like_silence():
    codec = load_codec("mini")
    tokens = find_silence_tokens(codec)
    assert tokens.min() >= 0
    pcm = np.concatenate([codec.decode(tokens) for _ in range(20)])
    assert np.sqrt(np.mean(pcm**2)) < 10 ** (-60 / 20)


@pytest.mark.slow
def test_silence_tokens_are_what_the_encoder_gives_after_long_silence():
    codec = load_codec("mini")
    tokens = find_silence_tokens(codec)
    codec.reset()
    long = [codec.encode(np.zeros(1920, np.float32)).tokens for _ in range(112)]
    np.testing.assert_array_equal(tokens, long[-1])


def test_finding_silence_tokens_leaves_no_trace_in_the_stream():
    codec, fresh = load_codec(random_checkpoint()), load_codec(random_checkpoint())
    find_silence_tokens(codec)
    for frame in speech_like(3, seed=1).reshape(-1, 1920):
        tokens = codec.encode(frame).tokens
        np.testing.assert_array_equal(tokens, fresh.encode(frame).tokens)
        np.testing.assert_array_equal(codec.decode(tokens), fresh.decode(tokens))
