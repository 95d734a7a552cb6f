# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech as evaluation takes it: level, ends, noise, and files that are refused."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from gnuradio.largesc.corpus.chance import chance_of
from gnuradio.largesc.corpus.noise import with_noise
from gnuradio.largesc.corpus.preparation import (
    LEVEL,
    MARGIN,
    UnusableSpeech,
    prepared_speech,
    trimmed,
)
from gnuradio.largesc.corpus.speech_level import active_speech_level, at_level

RATE = 24000


def tone(seconds: float, amplitude: float = 0.3, rate: int = RATE) -> np.ndarray:
    t = np.arange(round(seconds * rate)) / rate
    return (amplitude * np.sin(2 * np.pi * 300 * t)).astype(np.float32)


@pytest.mark.parametrize("amplitude", [0.02, 0.1, 0.7])
def test_level_of_a_steady_tone_is_its_power(amplitude: float) -> None:
    expected = 20 * np.log10(amplitude / np.sqrt(2))
    assert active_speech_level(tone(5, amplitude)) == pytest.approx(expected, abs=0.3)


def test_pauses_do_not_lower_the_level() -> None:
    # Half of the time nothing: the mean power falls by 3 dB, the active level by the hangover.
    burst = np.concatenate([tone(3), np.zeros(3 * RATE, np.float32)])
    pcm = np.concatenate([burst, burst])
    whole = 10 * np.log10(np.mean(pcm.astype(np.float64) ** 2))
    assert active_speech_level(pcm) == pytest.approx(active_speech_level(tone(3)), abs=0.6)
    assert active_speech_level(pcm) - whole > 2.3


def test_level_scales_with_the_signal(speech: np.ndarray) -> None:
    step = active_speech_level(speech * 0.5) - active_speech_level(speech)
    assert step == pytest.approx(-6.02, abs=0.1)
    assert active_speech_level(at_level(speech, -26.0)) == pytest.approx(-26.0, abs=0.1)


def test_silence_has_no_level() -> None:
    assert active_speech_level(np.zeros(RATE, np.float32)) == -100.0


def test_a_gain_never_clips() -> None:
    click = np.zeros(2 * RATE, np.float32)
    click[RATE : RATE + 24] = 0.5
    assert np.abs(at_level(click, 0.0)).max() < 1.0


def test_ends_are_trimmed_to_a_short_pause() -> None:
    pcm = np.concatenate([np.zeros(RATE, np.float32), tone(1), np.zeros(2 * RATE, np.float32)])
    assert len(trimmed(pcm)) == pytest.approx(RATE + 2 * MARGIN, abs=100)


def test_a_file_of_another_rate_and_two_channels_is_used(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, np.stack([tone(2, rate=44100)] * 2, axis=1), 44100)
    pcm = prepared_speech(path)
    assert active_speech_level(pcm) == pytest.approx(LEVEL, abs=0.3)
    assert len(pcm) == pytest.approx(2 * RATE, abs=50)


@pytest.mark.parametrize(
    ("name", "pcm", "rate", "reason"),
    [
        ("tiny", tone(0.2), RATE, "tiny: 0.20 s"),
        ("silent", np.zeros(RATE, np.float32), RATE, "silent"),
        ("faint", tone(2, 0.0005), RATE, "silent"),
        ("clipped", np.clip(tone(2, 3.0), -1, 1), RATE, "clipped"),
        ("telephone", tone(2, rate=8000), 8000, "rate of 8000 Hz"),
    ],
)
def test_bad_speech_is_refused_with_the_reason(
    tmp_path: Path, name: str, pcm: np.ndarray, rate: int, reason: str
) -> None:
    path = tmp_path / f"{name}.wav"
    soundfile.write(path, pcm, rate, subtype="FLOAT")
    with pytest.raises(UnusableSpeech, match=reason):
        prepared_speech(path)


@pytest.mark.parametrize("content", [b"", b"RIFF", b"no audio at all" * 99])
def test_what_is_no_audio_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(content)
    with pytest.raises(UnusableSpeech):
        prepared_speech(path)


def test_a_file_cut_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, tone(3), RATE)
    path.write_bytes(path.read_bytes()[:90_000])
    with pytest.raises(UnusableSpeech, match="cut short"):
        prepared_speech(path)


def test_a_single_peak_at_full_scale_is_not_clipping(tmp_path: Path) -> None:
    pcm = tone(2, 0.8)
    pcm[5000] = 1.0
    path = tmp_path / "a.wav"
    soundfile.write(path, pcm, RATE, subtype="FLOAT")
    assert len(prepared_speech(path))


def test_noise_is_steady_with_the_spectrum_of_the_speech(speech: np.ndarray) -> None:
    pcm = at_level(speech, -26.0)
    noise = with_noise(pcm, chance_of("a")) - pcm
    tenths = [np.mean(part**2) for part in np.array_split(noise, 10)]
    assert max(tenths) < 4 * min(tenths)
    magnitudes = [np.abs(np.fft.rfft(x)) for x in (pcm, noise)]
    assert np.corrcoef(*magnitudes)[0, 1] > 0.99
