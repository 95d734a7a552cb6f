# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Excerpts that train the codec: where they lie, what is said in them, and what is done to them."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from largesc_training.codec.device_corpus import DeviceCorpus
from largesc_training.codec.disturbances import Disturbances
from largesc_training.codec.excerpts import Excerpts
from largesc_training.codec.microphones import Microphones
from largesc_training.codec.noisy_speech import as_heard
from largesc_training.codec.random_draws import some_of
from largesc_training.codec.settings import Augmentation
from largesc_training.corpus.prepared import CorpusWriter, PreparedCorpus
from prepared_corpus import small_settings, write_told_corpus
from random_token_model import one_thread

CPU = torch.device("cpu")
NEVER = dict.fromkeys(Augmentation.model_fields, 0.0)
COUNT, SAMPLES = 16, 7200
KINDS = ("room", "noise", "ssb", "clipped")


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    yield from one_thread()


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_told_corpus(tmp_path_factory.mktemp("prepared"))


def _excerpts(corpus: Path, **settings: object) -> Excerpts:
    chosen = small_settings(**settings)
    return Excerpts(DeviceCorpus(corpus, chosen, CPU, corpus / "phones.npy"), chosen)


def test_a_seed_draws_the_same_batch(corpus: Path) -> None:
    excerpts = _excerpts(corpus)
    batches = []
    for seed in (3, 3, 4):
        torch.manual_seed(seed)
        batches.append(excerpts.draw())
    for one, again in zip(*batches[:2], strict=True):
        assert torch.equal(one, again)
    assert not torch.equal(batches[0].heard, batches[2].heard)


def test_batches_are_speech_at_sane_levels(corpus: Path) -> None:
    batch = _excerpts(corpus, batch_size=16).draw()
    assert batch.heard.shape == batch.wanted.shape == (16, 4 * 1920)
    assert batch.f0.shape == batch.voiced.shape == (16, 4 * 16)
    assert batch.phones.shape == (16, 4 * 8)
    assert batch.heard.abs().max() <= 1.0
    assert batch.wanted.abs().max() <= 0.981
    assert batch.f0.min() >= 55.0
    assert set(batch.voiced.unique().tolist()) == {0.0, 1.0}
    assert not torch.equal(batch.heard, batch.wanted)


@pytest.mark.parametrize("lookahead", [0, 960])
def test_what_is_heard_is_ahead_of_what_is_wanted(corpus: Path, lookahead: int) -> None:
    batch = _excerpts(corpus, lookahead_samples=lookahead).draw(disturbed=False)
    length = 4 * 1920 - lookahead
    assert torch.equal(batch.heard[:, :length], batch.wanted[:, lookahead:])


def test_excerpts_are_cut_where_pitch_and_phones_say(corpus: Path) -> None:
    excerpts = _excerpts(corpus, augmentation=NEVER, lookahead_samples=0, batch_size=8)
    prepared = PreparedCorpus(corpus)
    phones = np.load(corpus / "phones.npy")
    torch.manual_seed(1)
    places = excerpts._corpus.draw(8, 4 * 1920)
    torch.manual_seed(1)
    batch = excerpts.draw()
    for number in range(8):
        start, first, end = (int(part[number]) for part in places)
        row = next(row for row in prepared.of("training") if row.first == first)
        assert end == row.first + row.samples
        at = start + np.arange(4 * 1920)
        inside = (at >= first) & (at < end)
        said = np.where(inside, prepared.audio[at.clip(0, len(prepared.audio) - 1)] / 32768, 0.0)
        wanted = batch.wanted[number].numpy()
        scale = np.dot(wanted, said) / np.dot(said, said)
        assert np.allclose(wanted, scale * said, atol=1e-4)
        steps = at[119::120] + 1  # value q belongs to sample 120 (q + 1)
        known = (steps >= first) & (steps < end)
        f0 = prepared.f0[(steps // 120).clip(0, len(prepared.f0) - 1)]
        assert np.array_equal(batch.voiced[number].numpy() > 0, (f0 > 0) & known)
        middle = at[::240] + 120
        own = np.where(
            (middle >= first) & (middle < end),
            phones[(middle // 120).clip(0, len(phones) - 1)],
            0,
        )
        assert np.array_equal(batch.phones[number].numpy(), own)


def test_changed_speed_changes_pitch_with_it(corpus: Path) -> None:
    excerpts = _excerpts(corpus, augmentation=NEVER | {"speed": 1.0}, batch_size=40)
    batch = excerpts.draw()
    voiced = batch.f0[batch.voiced > 0]
    assert voiced.min() < 0.85 * 170 < 1.15 * 170 < voiced.max()
    assert 170 * np.exp(-0.3) - 1 < voiced.min()
    assert voiced.max() < 170 * np.exp(0.25) + 1


def test_low_voices_are_made_deep_and_high_ones_stay(tmp_path: Path) -> None:
    writer = CorpusWriter(tmp_path)
    for group, f0 in (("low", 110.0), ("high", 200.0)):
        pcm, contour = np.ones(48000, np.int16), np.full(400, f0, np.float32)
        writer.add(group, "training", "", "", pcm, contour)
    writer.close()
    settings = small_settings(augmentation=NEVER | {"deep": 1.0}, batch_size=40)
    torch.manual_seed(0)
    batch = Excerpts(DeviceCorpus(tmp_path, settings, CPU), settings).draw()
    f0 = batch.f0[batch.voiced > 0]
    high = f0 > 199
    assert 0.2 < high.float().mean() < 0.9
    assert f0[high].max() < 201
    assert 59 < f0[~high].min() < 65 < 85 < f0[~high].max() < 91


def test_held_out_readers_are_never_drawn_and_sources_by_their_weight(tmp_path: Path) -> None:
    writer = CorpusWriter(tmp_path)
    for group, use in (("a", "training"), ("held", "validation"), ("b/1", "training")):
        writer.add(group, use, "", "", np.ones(24000, np.int16), np.full(200, 100.0, np.float32))
    writer.close()
    settings = small_settings(source_weights={"b": 3.0})
    data = DeviceCorpus(tmp_path, settings, CPU)
    torch.manual_seed(0)
    first = data.draw(4000, 1920).first
    assert set(first.unique().tolist()) == {0, 48000}
    assert float((first == 48000).float().mean()) == pytest.approx(0.75, abs=0.03)


def _speech() -> torch.Tensor:
    """Vowels that come and go, each excerpt its own."""
    torch.manual_seed(0)
    at = torch.arange(SAMPLES) / 24000
    f0 = torch.empty(COUNT, 1).uniform_(90, 250)
    wave = sum(torch.sin(2 * torch.pi * k * f0 * at) / k for k in range(1, 12))
    return 0.05 * wave * (0.1 + torch.sin(2 * torch.pi * 3 * at) ** 2)


@pytest.mark.parametrize("kind", KINDS)
def test_a_disturbance_comes_as_often_as_asked_and_stays_in_scale(kind: str) -> None:
    speech = _speech()
    for chance in (0.0, 0.3, 1.0):
        disturb = Disturbances(SAMPLES, Augmentation(**NEVER | {kind: chance}), CPU)
        rounds = [disturb(speech) for _ in range(10)]
        changed = torch.stack([((r - speech).abs().amax(dim=1) > 1e-4).float() for r in rounds])
        assert float(changed.mean()) == pytest.approx(chance, abs=0.12 if 0 < chance < 1 else 0)
        assert all(torch.isfinite(r).all() and r.abs().max() <= 1.0 for r in rounds)
    silence = disturb(torch.zeros(COUNT, SAMPLES))
    assert torch.isfinite(silence).all()
    assert silence.abs().max() < 1e-3


def test_noise_is_2_to_28_db_below_the_speech() -> None:
    speech = _speech()
    heard = Disturbances(SAMPLES, Augmentation(**NEVER | {"noise": 1.0}), CPU)(speech)
    noise = (heard - speech).square().mean(dim=1)
    below = 10 * torch.log10(speech.square().mean(dim=1) / noise)
    assert 1.9 < below.min() < 8
    assert 22 < below.max() < 28.1


def test_a_radio_leaves_its_band() -> None:
    speech = 0.05 * torch.randn(COUNT, SAMPLES)
    heard = Disturbances(SAMPLES, Augmentation(**NEVER | {"ssb": 1.0}), CPU)(speech)
    power = torch.fft.rfft(heard).abs().square().mean(dim=0)
    hertz = torch.arange(len(power)) * (24000 / SAMPLES)
    inside = power[(hertz > 400) & (hertz < 2300)].mean()
    for outside in (power[hertz < 70], power[hertz > 3400]):
        assert 10 * torch.log10(outside.mean() / inside) < -40


def test_microphones_change_level_and_band_and_never_clip() -> None:
    speech = 0.3 * torch.randn(COUNT, SAMPLES)
    assert Microphones(SAMPLES, Augmentation(), CPU)(speech).abs().max() <= 0.981
    quiet = Microphones(SAMPLES, Augmentation(**NEVER | {"quiet": 1.0}), CPU)(speech)
    gain = 20 * torch.log10(quiet.std(dim=1) / speech.std(dim=1))
    assert -26.1 < gain.min() < -22
    assert -17 < gain.max() < -12.9
    narrow = Microphones(SAMPLES, Augmentation(**NEVER | {"band": 1.0}), CPU)(speech)
    power = torch.fft.rfft(narrow).abs().square()
    high, low = power[:, 2700:], power[:, 300:900]  # above 9 kHz, 1 to 3
    assert (high.mean(dim=1) < 1e-5 * low.mean(dim=1)).all()


@pytest.mark.parametrize(("count", "chance"), [(1, 0.2), (8, 0.2), (40, 0.55), (5, 0.0), (5, 1.0)])
def test_dear_changes_are_computed_for_few_and_come_as_often_as_asked(
    count: int, chance: float
) -> None:
    torch.manual_seed(0)
    times = torch.zeros(count)
    for _ in range(600):
        numbers, happen = some_of(count, chance, CPU)
        assert len(set(numbers.tolist())) == len(numbers) == np.ceil(chance * count)
        times[numbers] += happen[:, 0].float()
    assert torch.allclose(times / 600, torch.full((count,), chance), atol=0.06)


def test_development_readers_hear_the_same_noise_every_time() -> None:
    speech = _speech()[0].numpy()
    noise = as_heard(speech, "a", "noise") - speech
    below = 20 * np.log10(np.std(speech) / np.std(noise))
    assert below == pytest.approx(10.0, abs=0.1)
    assert np.array_equal(as_heard(speech, "a", "noise") - speech, noise)
    assert not np.array_equal(as_heard(speech, "b", "noise") - speech, noise)
    assert as_heard(speech, "a", "clean") is speech
