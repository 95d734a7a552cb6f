# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech that trains the codec: batches, augmentation, packing."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from largesc_training.codec.augmentation import (
    add_noise,
    equalise,
    limit_band,
    noise_like,
    reverberate,
    shift_formants,
)
from largesc_training.codec.settings import CodecSettings
from largesc_training.codec.speech_batches import SpeechBatches, batches_from
from largesc_training.corpus.packed import pack_corpus, unpack_corpus
from largesc_training.corpus.prepared import PreparedCorpus
from prepared_corpus import recording, write_prepared_corpus


@pytest.fixture(scope="module")
def speech() -> np.ndarray:
    return recording()


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_prepared_corpus(tmp_path_factory.mktemp("prepared"))


def test_batches_are_the_same_whenever_they_are_made(corpus: Path) -> None:
    data = SpeechBatches(corpus, CodecSettings(batch_size=2), seed=5)
    from_third = next(iter(batches_from(data, 3, workers=0)))
    for made, again in zip(from_third, data[3], strict=True):
        assert torch.equal(made, again)
    assert not torch.equal(data[3].given, data[4].given)


def test_validation_readers_are_never_drawn(corpus: Path) -> None:
    assert {row.use for row in SpeechBatches(corpus, CodecSettings(), 0).rows} == {"training"}


def test_batches_are_speech_at_sane_levels(corpus: Path) -> None:
    batch = SpeechBatches(corpus, CodecSettings(batch_size=8), seed=0)[0]
    assert batch.given.shape == batch.wanted.shape == (8, 20 * 1920)
    assert batch.f0.shape == batch.voiced.shape == (8, 20 * 16)
    assert batch.given.abs().max() <= 1.0
    assert batch.f0.min() > 50.0
    assert not torch.equal(batch.given, batch.wanted)


def test_formant_shift_moves_the_envelope_and_not_the_pitch() -> None:
    at = np.arange(24000) / 24000
    harmonics = 120.0 * np.arange(1, 60)
    weights = np.exp(-(((harmonics - 1500.0) / 600.0) ** 2)) + 0.01
    voice = (0.1 * weights @ np.sin(2 * np.pi * harmonics[:, None] * at)).astype(np.float32)
    assert np.allclose(shift_formants(voice, 1.0), voice, atol=1e-4)

    def mean_frequency(pcm: np.ndarray) -> float:
        power = np.abs(np.fft.rfft(pcm[2400:-2400])) ** 2
        return float(power @ np.fft.rfftfreq(len(pcm) - 4800, 1 / 24000) / power.sum())

    assert mean_frequency(shift_formants(voice, 0.88)) < 0.95 * mean_frequency(voice)
    shifted = shift_formants(voice, 1.14)
    assert mean_frequency(shifted) == pytest.approx(1.14 * mean_frequency(voice), rel=0.05)
    spectrum = np.abs(np.fft.rfft(shifted[:24000]))
    assert np.argmax(spectrum) % 120 == pytest.approx(0, abs=1)


def test_noise_is_as_far_below_the_speech_as_asked(speech: np.ndarray) -> None:
    rng = np.random.default_rng(0)
    for _ in range(8):
        noise = noise_like(len(speech), [speech, speech[:5000]], rng)
        assert np.sqrt(np.mean(noise**2)) == pytest.approx(1.0, rel=1e-3)
    near, far = (add_noise(speech, noise, level) - speech for level in (5.0, 25.0))
    assert 20 * np.log10(np.std(near) / np.std(far)) == pytest.approx(20.0, abs=0.01)


@pytest.mark.parametrize("change", [equalise, limit_band, reverberate])
def test_changes_keep_length_and_stay_finite(change, speech: np.ndarray) -> None:
    for pcm in (speech, np.zeros(38400, np.float32)):
        changed = change(pcm, np.random.default_rng(1))
        assert changed.shape == pcm.shape
        assert changed.dtype == np.float32
        assert np.isfinite(changed).all()


def test_packed_corpus_comes_back(corpus: Path, tmp_path: Path) -> None:
    pack_corpus(corpus, tmp_path / "packed", kilobits=24.0, mebibytes=40.0)
    unpack_corpus(tmp_path / "packed", tmp_path / "again")
    before, after = PreparedCorpus(corpus), PreparedCorpus(tmp_path / "again")
    assert [row[:4] for row in before.rows] == [row[:4] for row in after.rows]
    assert np.allclose(before.f0, after.f0, rtol=0.01)
    for old, new in zip(before.rows, after.rows, strict=True):
        assert np.corrcoef(before.pcm(old), after.pcm(new))[0, 1] > 0.8


def test_packing_keeps_to_the_size_and_to_the_validation_readers(
    corpus: Path, tmp_path: Path
) -> None:
    seconds = PreparedCorpus(corpus).rows[0].samples / 24000
    room = 2.5 * (seconds + 0.2) * 24000 / 8 / 0.95 / 2**20  # two and a half of four recordings
    pack_corpus(corpus, tmp_path / "packed", kilobits=24.0, mebibytes=room)
    kept = json.loads((tmp_path / "packed" / "index.json").read_text())
    assert len(kept) == 2
    assert "validation" in {row[1] for row in kept}
