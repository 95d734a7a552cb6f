# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Levels and channels that would silently become silence or a square wave."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from encoded_audio import level_at, tone
from largesc.audio.speech_file import AudioFileError, SpeechFile, read_speech

TONE = tone()


def read_back(tmp_path: Path, pcm: np.ndarray, subtype: str = "FLOAT") -> SpeechFile:
    path = tmp_path / "levels.wav"
    soundfile.write(path, pcm, 24000, subtype=subtype)
    return read_speech(path)


@pytest.mark.parametrize("offset", [0.0, 0.1])
def test_inverted_stereo_is_not_silence(tmp_path: Path, offset: float):
    speech = read_back(tmp_path, np.stack([-0.9 * TONE + offset, TONE], axis=1))
    np.testing.assert_array_equal(speech.pcm, TONE)
    assert speech.notices == ["2 channels cancel each other; channel 2 alone is used"]


def test_the_strongest_of_many_channels_that_cancel(tmp_path: Path):
    weights = [1.0, -0.9] * 3 + [-0.3]
    speech = read_back(tmp_path, np.stack([weight * TONE for weight in weights], axis=1))
    np.testing.assert_array_equal(speech.pcm, TONE)


@pytest.mark.parametrize("weights", [(1, 0), (1, 0.5), (1, -0.5), (1,) + 63 * (0,), (0, 0)])
def test_channels_that_do_not_cancel_are_mixed(tmp_path: Path, weights: tuple[float, ...]):
    speech = read_back(tmp_path, np.stack([weight * TONE for weight in weights], axis=1))
    np.testing.assert_allclose(speech.pcm, TONE * np.mean(weights), atol=1e-6)
    assert speech.notices == [f"{len(weights)} channels mixed down to one"]


def test_a_constant_offset_is_silence_and_cancels_nothing(tmp_path: Path):
    speech = read_back(tmp_path, np.full((24000, 2), 0.1, np.float32))
    assert speech.notices == ["2 channels mixed down to one"]


@pytest.mark.parametrize("bits", [16, 24, 32])
@pytest.mark.parametrize("subtype", ["FLOAT", "DOUBLE"])
def test_float_samples_in_units_of_bits_are_scaled(tmp_path: Path, bits: int, subtype: str):
    speech = read_back(tmp_path, TONE * 2.0 ** (bits - 1), subtype)
    np.testing.assert_allclose(speech.pcm, TONE, atol=1e-6)
    assert speech.notices == [f"samples in units of {bits} bit scaled to full scale 1.0"]


def test_the_loudest_and_the_quietest_in_units_of_16_bit(tmp_path: Path):
    loudest = read_back(tmp_path, np.clip(TONE * 1e6, -32768, 32767))
    assert loudest.pcm.min() == -1.0
    quiet = read_back(tmp_path, TONE * 100)
    assert level_at(quiet.pcm, 300) == pytest.approx(30 / 32768, rel=0.01)


def test_peaks_above_full_scale_are_kept_and_said(tmp_path: Path):
    speech = read_back(tmp_path, TONE * 5)
    assert speech.pcm.max() == pytest.approx(1.5, rel=1e-3)
    assert speech.notices == ["peaks of 1.50 times full scale; what is above it will be clipped"]


def test_full_scale_is_not_above_it_even_where_resampling_overshoots(tmp_path: Path):
    path = tmp_path / "square.wav"
    soundfile.write(path, np.sign(tone(300, 48000)), 48000, subtype="PCM_16")
    assert read_speech(path).notices == ["resampled from 48000 Hz to 24000 Hz"]


def test_a_few_samples_far_above_are_damage(tmp_path: Path):
    broken = TONE.copy()
    broken[[5, 500]] = 1e30, -400.0
    speech = read_back(tmp_path, broken)
    broken[[5, 500]] = 0.0
    np.testing.assert_array_equal(speech.pcm, broken)
    assert speech.notices == ["2 samples far above full scale, as if damaged, set to zero"]


def test_samples_that_are_no_numbers_are_silenced(tmp_path: Path):
    broken = TONE.copy()
    broken[[5, 500, 600]] = np.nan, np.inf, -np.inf
    speech = read_back(tmp_path, broken)
    assert np.isfinite(speech.pcm).all()
    assert speech.notices == ["3 samples that are not finite set to zero"]


def test_samples_of_no_known_unit_are_refused(tmp_path: Path):
    with pytest.raises(AudioFileError, match=r"as large as 3e\+19, far above any full scale"):
        read_back(tmp_path, TONE * 1e20)
