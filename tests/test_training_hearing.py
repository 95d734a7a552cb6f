# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What decoded speech is judged by for its words: hearing and a recogniser of phones."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from largesc.codec.mel import mel_filter_bank
from largesc_training.codec.device_corpus import DeviceCorpus
from largesc_training.codec.excerpts import Excerpts
from largesc_training.codec.hearing import audible, band_weights
from largesc_training.codec.learning_codec import LearningCodec
from largesc_training.codec.losses import MelDistance, SpeechLoss
from largesc_training.codec.phases import ContinuousTask
from largesc_training.codec.phone_recogniser import PhoneRecogniser, misheard
from largesc_training.codec.recogniser_task import RecogniserTask, in_time
from largesc_training.codec.settings import LossWeights
from largesc_training.codec.validation import Validation
from largesc_training.corpus.prepared import CorpusWriter
from largesc_training.run_options import RunOptions
from largesc_training.stage import StageError
from largesc_training.stages import codec as stages
from largesc_training.stages.all_stages import STAGES
from largesc_training.stages.budgets import CONTINUOUS, RECOGNISER
from largesc_training.training_loop import Budget, train
from largesc_training.training_state import load_state, save_state
from prepared_corpus import recording, small_settings, write_told_corpus
from random_token_model import one_thread

CPU = torch.device("cpu")
LISTENED = {"mel": 0.0, "heard": 15.0, "layers": 8.0, "posteriors": 2.0}


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    yield from one_thread()


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_told_corpus(tmp_path_factory.mktemp("prepared"))


def _speech(count: int = 2) -> torch.Tensor:
    pcm = recording()[9600 : 9600 + 19200 * count]
    return torch.from_numpy(pcm).view(count, 19200)


@pytest.mark.parametrize(("bands", "window"), [(20, 256), (80, 1024), (100, 2048)])
def test_bands_of_words_weigh_most(bands: int, window: int) -> None:
    bank = mel_filter_bank(bands, window, 24000)
    weights = band_weights(bank, 24000)[:, 0]
    assert weights.mean() == pytest.approx(1.0, abs=1e-5)
    centres = (bank * torch.linspace(0, 12000, bank.shape[1])).sum(1) / bank.sum(1)
    at = {hertz: float(weights[(centres - hertz).abs().argmin()]) for hertz in (100, 2000, 10000)}
    assert at[2000] > 2.5 * at[10000]
    assert at[2000] > 1.5 * at[100]
    assert weights.min() > 0.2


def test_what_is_far_below_the_loudest_of_its_band_weighs_little() -> None:
    levels = torch.tensor([0.0, -1.0, -2.875, -4.6, -9.0])  # nepers
    expected = torch.tensor([1.0, 1.0, 0.6, 0.2, 0.2])
    for loudest in (0.0, -3.0):
        found = audible((levels + loudest).view(1, 1, -1))
        torch.testing.assert_close(found[0, 0], expected, atol=1e-3, rtol=0)


def test_errors_where_nobody_listens_are_cheaper() -> None:
    speech = _speech()
    spectrum = torch.fft.rfft(speech)
    hertz = torch.fft.rfftfreq(speech.shape[1], 1 / 24000)
    plain, heard = MelDistance(), MelDistance(hearing=True)
    assert heard(speech, speech) == 0
    low, high = (
        torch.fft.irfft(torch.where(band, 2.0 * spectrum, spectrum))
        for band in ((hertz > 1000) & (hertz < 3000), hertz > 7000)
    )
    assert heard(low, speech) > 1.1 * plain(low, speech)
    assert heard(high, speech) < 0.7 * plain(high, speech)


def test_a_recogniser_hears_no_difference_in_the_same_and_some_in_another() -> None:
    torch.manual_seed(0)
    recogniser = PhoneRecogniser().fixed()
    speech = _speech()
    same = misheard(recogniser, speech, speech)
    assert all(float(part) == pytest.approx(0.0, abs=1e-6) for part in same.values())
    louder = misheard(recogniser, 1.5 * speech, speech)
    assert float(louder["layers"]) < 0.05  # the level does not matter
    noisy = (speech + 0.05 * torch.randn_like(speech)).requires_grad_()
    found = misheard(recogniser, noisy, speech)
    assert float(found["layers"].detach()) > 0.1
    assert float(found["posteriors"].detach()) > 0.0
    sum(found.values()).backward()
    assert noisy.grad is not None
    assert float(noisy.grad.abs().sum()) > 0
    assert all(p.grad is None for p in recogniser.parameters())


def test_a_recogniser_is_needed_where_it_weighs() -> None:
    with pytest.raises(ValueError, match="need a recogniser of phones"):
        SpeechLoss(LossWeights(layers=1.0), CPU)
    with pytest.raises(ValueError, match="need phones"):
        small_settings(weights={"layers": 1.0, "phone": 0.0})


def test_parts_without_a_weight_are_left_out(corpus: Path) -> None:
    settings = small_settings(weights=LISTENED)
    torch.manual_seed(0)
    codec, recogniser = LearningCodec(settings), PhoneRecogniser().fixed()
    excerpts = Excerpts(DeviceCorpus(corpus, settings, CPU, corpus / "phones.npy"), settings)
    parts = ContinuousTask(codec, excerpts, settings, None, recogniser).losses(None)
    assert set(parts) == {"heard", "layers", "posteriors", "pitch", "voicing", "phone"}
    assert "phones" not in " ".join(codec.state_dict())  # it is not the codec's


def test_a_recogniser_learns_and_says_how_well(corpus: Path, tmp_path: Path) -> None:
    settings = small_settings(frames=12)
    torch.manual_seed(0)
    data = DeviceCorpus(corpus, settings, CPU, corpus / "phones.npy", told=True)
    validation = Validation(corpus, settings, CPU, corpus / "phones.npy")
    excerpt = Excerpts(data, settings).draw()
    again = SimpleNamespace(draw=lambda: excerpt)
    task = RecogniserTask(PhoneRecogniser(), again, settings, validation)
    before = float(task.losses(None)["phones"].detach())
    budget = Budget(60.0, 2e-3, 0.0, steps=20, schedule=lambda _, step: 1.0)
    train("recogniser", task, tmp_path, budget)
    assert float(task.losses(None)["phones"].detach()) < 0.7 * before
    figures = task.validate()
    assert set(figures) == {"phones right %, clean", "phones right %, noise"}
    assert all(0 <= value <= 100 for value in figures.values())


def test_the_pipeline_teaches_a_recogniser_first(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("largesc_training.training_loop.draw_curves", lambda folder: None)
    settings = small_settings(weights=LISTENED, frames=8)
    work = tmp_path / "work"
    (work / "phones").mkdir(parents=True)
    (work / "corpus").symlink_to(corpus)
    (work / "phones" / "phones.npy").symlink_to(corpus / "phones.npy")
    steps = {RECOGNISER: 1, CONTINUOUS: 1}
    options = RunOptions(work, settings, steps=steps, validate_every=0)
    assert RECOGNISER in [stage.name for stage in STAGES if stage.wanted(options)]
    with pytest.raises(StageError, match="recogniser needs time"):
        stages.recogniser(replace(options, minutes={RECOGNISER: 0.0}, steps={}))
    stages.recogniser(options)
    stages.continuous(options)
    assert (work / CONTINUOUS / "weights.safetensors").is_file()
    assert RECOGNISER not in [
        stage.name for stage in STAGES if stage.wanted(RunOptions(work, small_settings()))
    ]


def test_what_is_heard_is_put_where_its_phones_are(corpus: Path) -> None:
    settings = small_settings(lookahead_samples=960)
    torch.manual_seed(0)
    data = DeviceCorpus(corpus, settings, CPU, corpus / "phones.npy")
    excerpt = Excerpts(data, settings).draw(disturbed=False)
    moved = in_time(excerpt, 960)
    assert moved.shape == excerpt.wanted.shape
    torch.testing.assert_close(moved[:, 960:], excerpt.wanted[:, 960:])


def test_only_recordings_with_known_phones_are_drawn(tmp_path: Path) -> None:
    writer = CorpusWriter(tmp_path)
    audio = (recording() * 32767).astype(np.int16)
    f0 = np.full(len(audio) // 120, 150.0, np.float32)
    for reader in ("told", "untold"):
        writer.add(reader, "training", "1", "", audio, f0)
    writer.close()
    phones = np.zeros(2 * len(f0), np.uint8)
    np.save(tmp_path / "none.npy", phones)
    phones[: len(f0)] = 5
    np.save(tmp_path / "phones.npy", phones)
    settings = small_settings()
    torch.manual_seed(0)
    corpus = DeviceCorpus(tmp_path, settings, CPU, tmp_path / "phones.npy", told=True)
    assert (corpus.draw(50, 7680).first == 0).all()
    with pytest.raises(ValueError, match="no recording to draw from"):
        DeviceCorpus(tmp_path, settings, CPU, tmp_path / "none.npy", told=True)


def test_a_state_of_another_model_is_said_in_a_line(tmp_path: Path) -> None:
    models = torch.nn.Linear(1, 1), torch.nn.Linear(2, 1)
    first, second = (torch.optim.AdamW(model.parameters()) for model in models)
    save_state(tmp_path, models[0], first, {"step": 1})
    assert load_state(tmp_path, models[0], first) == ({"step": 1}, {})
    with pytest.raises(ValueError, match=r"state\.safetensors is of another model .*remove it"):
        load_state(tmp_path, models[1], second)
