# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Noise taken off speech before it is coded: how much, and what is said without RNNoise."""

from pathlib import Path

import numpy as np
import pytest
from gnuradio.largesc.audio import noise_suppressor
from gnuradio.largesc.audio.noise_suppressor import (
    NoiseSuppressionUnavailable,
    NoiseSuppressor,
    with_less_noise,
)
from gnuradio.largesc.audio.speech_file import read_speech
from gnuradio.largesc.codec.verification import RECORDING
from gnuradio.largesc.commands.doctor import check_noise
from gnuradio.largesc.speech_link.settings import SenderSettings

RATE = 24_000


@pytest.fixture(scope="module")
def clean() -> np.ndarray:
    return read_speech(RECORDING).pcm


def noisy(clean: np.ndarray, snr_db: float) -> np.ndarray:
    noise = np.random.default_rng(1).normal(0.0, 1.0, len(clean))
    noise *= np.std(clean) * 10.0 ** (-snr_db / 20.0)
    return np.clip(clean + noise, -1.0, 1.0).astype(np.float32)


def error_db(heard: np.ndarray, clean: np.ndarray) -> float:
    return float(10.0 * np.log10(np.sum((heard - clean) ** 2) / np.sum(clean**2)))


def test_speech_in_noise_has_less_of_it_and_stays_in_time(clean: np.ndarray) -> None:
    heard = with_less_noise(noisy(clean, 10.0))
    assert heard.shape == clean.shape
    assert heard.dtype == np.float32
    assert error_db(heard, clean) < -13.0
    noise = np.random.default_rng(2).normal(0.0, 0.01, 4 * RATE).astype(np.float32)
    alone = with_less_noise(noise)[2 * RATE :]
    assert np.std(alone) == pytest.approx(10.0**-0.5 * np.std(noise), rel=0.2)  # 10 dB


def test_clean_speech_stays_as_it_is(clean: np.ndarray) -> None:
    heard = with_less_noise(clean)
    assert np.corrcoef(heard, clean)[0, 1] > 0.98
    assert np.std(heard) == pytest.approx(np.std(clean), rel=0.05)


def test_pieces_of_any_size_give_the_same_and_reset_forgets(clean: np.ndarray) -> None:
    suppressor, speech = NoiseSuppressor(), clean[: 1920 * 12]
    whole = suppressor.push(speech)
    suppressor.reset()
    pieces = [suppressor.push(piece) for piece in np.split(speech, [240, 1920, 9600])]
    assert np.array_equal(np.concatenate(pieces), whole)
    late = NoiseSuppressor.delay
    assert np.array_equal(with_less_noise(speech)[:-late], whole[late:])


@pytest.mark.parametrize("samples", [0, 1, 239, 240, 5001])
def test_recordings_of_any_length_keep_it(samples: int) -> None:
    assert with_less_noise(np.zeros(samples, dtype=np.float32)).shape == (samples,)


def test_a_piece_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="241 samples are no multiple of 240"):
        NoiseSuppressor().push(np.zeros(241, dtype=np.float32))


@pytest.fixture
def without_library(monkeypatch: pytest.MonkeyPatch) -> None:
    noise_suppressor.library.cache_clear()
    monkeypatch.setattr(noise_suppressor, "find_spec", lambda name: None)
    yield
    noise_suppressor.library.cache_clear()


@pytest.mark.usefixtures("without_library")
def test_without_rnnoise_it_is_said_what_to_do() -> None:
    with pytest.raises(NoiseSuppressionUnavailable, match="pip install --no-deps pyrnnoise"):
        NoiseSuppressor()
    finding = check_noise()
    assert not finding.well
    assert "pyrnnoise" in finding.mend


def test_a_library_that_does_not_load_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / noise_suppressor.LIBRARY).write_bytes(b"no library")
    found = type("Spec", (), {"origin": str(tmp_path / "__init__.py")})
    noise_suppressor.library.cache_clear()
    monkeypatch.setattr(noise_suppressor, "find_spec", lambda name: found)
    with pytest.raises(NoiseSuppressionUnavailable, match="does not load"):
        NoiseSuppressor()
    noise_suppressor.library.cache_clear()


def test_it_is_on_unless_somebody_turns_it_off() -> None:
    assert SenderSettings().suppress_noise
    assert not SenderSettings(suppress_noise=False).suppress_noise
