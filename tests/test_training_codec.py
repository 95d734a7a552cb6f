# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The phases in which the codec learns, and what they begin with."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from largesc.codec.checkpoint_weights import save_weights
from largesc.codec.mimi_builder import build_mimi
from largesc_training.codec.device_corpus import DeviceCorpus
from largesc_training.codec.excerpts import Excerpts
from largesc_training.codec.learning_codec import LearningCodec
from largesc_training.codec.moving_codebooks import MovingCodebooks
from largesc_training.codec.phases import ContinuousTask, JointTask, fit_quantiser
from largesc_training.codec.residual_kmeans import fit_codebooks
from largesc_training.codec.settings import CodecSettings
from largesc_training.codec.starting_weights import StartingWeights, save_starting_weights
from largesc_training.codec.validation import Validation
from largesc_training.codec.word_validation import WordValidation
from largesc_training.corpus.prepared import CorpusWriter
from largesc_training.training_loop import Budget, train
from prepared_corpus import recording, small_settings, write_told_corpus
from random_token_model import one_thread

CPU = torch.device("cpu")


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    yield from one_thread()


@pytest.fixture(autouse=True)
def _no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("largesc_training.training_loop.draw_curves", lambda folder: None)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_told_corpus(tmp_path_factory.mktemp("prepared"))


def _codec(settings: CodecSettings, fitted: bool = True) -> LearningCodec:
    torch.manual_seed(0)
    codec = LearningCodec(settings)
    if fitted:
        codec.codebooks.begin(0.3 * torch.randn(8, 2048, settings.bottleneck), latents=64)
    return codec


def _task(phase: type, corpus: Path, codec: LearningCodec, settings: CodecSettings, **around):
    data = DeviceCorpus(corpus, settings, CPU, corpus / "phones.npy")
    return phase(codec, Excerpts(data, settings), settings, **around)


def _total(task: ContinuousTask | JointTask, seed: int) -> float:
    torch.manual_seed(seed)
    with torch.no_grad():
        return float(sum(task.weights[k] * v for k, v in task.losses(None).items()))


def test_the_joint_phase_teaches_encoder_codebooks_decoder_and_phones(corpus: Path) -> None:
    settings = small_settings()
    codec = _codec(settings)
    task = _task(JointTask, corpus, codec, settings)
    before = codec.codebooks.vectors.clone()
    parts = task.losses(None)
    assert set(parts) == {name for name, weight in task.weights.items() if weight}
    sum(task.weights[k] * v for k, v in parts.items()).backward()
    mimi = codec.mimi
    learning = (mimi.encoder, mimi.decoder, mimi.encoder_transformer, mimi.decoder_transformer)
    for part in (*learning, codec.head):
        assert any(p.grad is not None and p.grad.abs().sum() > 0 for p in part.parameters())
    assert not torch.equal(codec.codebooks.vectors, before)
    assert not codec.codebooks.vectors.requires_grad


@pytest.mark.parametrize("phase", [ContinuousTask, JointTask])
def test_the_loss_falls(phase: type, corpus: Path, tmp_path: Path) -> None:
    settings = small_settings()
    codec = _codec(settings, fitted=phase is JointTask)
    task = _task(phase, corpus, codec, settings)
    before = np.mean([_total(task, seed) for seed in range(3)])
    train("fall", task, tmp_path, _held(8, rate=4e-3))
    assert np.mean([_total(task, seed) for seed in range(3)]) < 0.9 * before


@pytest.mark.slow
def test_a_joint_phase_that_was_stopped_goes_on_bit_for_bit(corpus: Path, tmp_path: Path) -> None:
    settings = small_settings()

    def trained(folder: Path, *stops: int) -> dict[str, torch.Tensor]:
        for steps in stops:
            codec = _codec(settings)
            task = _task(JointTask, corpus, codec, settings)
            train("joint", task, folder, _held(steps))
        return codec.state_dict()

    through = trained(tmp_path / "through", 6)
    resumed = trained(tmp_path / "resumed", 2, 6)
    assert all(torch.equal(resumed[name], value) for name, value in through.items())


def _held(steps: int, rate: float = 1e-3) -> Budget:
    """A rate that knows nothing of where the run will end."""
    return Budget(60.0, rate, 0.0, steps=steps, schedule=lambda _, step: 1.0, average=0.9)


def test_working_points_have_their_share_of_the_excerpts(corpus: Path) -> None:
    settings = small_settings(batch_size=10, unquantised=0.0)
    task = _task(JointTask, corpus, _codec(settings), settings)
    prefixes = torch.arange(8.0).view(8, 1, 1, 1).expand(8, 10, 32, 2)
    used = torch.stack(
        [task._quantised(torch.zeros(10, 32, 2), prefixes)[:, 0, 0] for _ in range(50)]
    )
    assert (used[:, :4] == 3).all()
    assert (used[:, 4:7] == 7).all()
    assert set(used[:, 7:].unique().tolist()) == set(range(8))


@pytest.mark.slow
def test_fitted_codebooks_keep_what_speech_and_phones_come_of(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = small_settings(kmeans_vectors=2048, frames=40, batch_size=4)
    codec = _codec(settings, fitted=False)
    excerpts = Excerpts(DeviceCorpus(corpus, settings, CPU), settings)
    fitted: list[torch.Tensor] = []
    monkeypatch.setattr(
        "largesc_training.codec.phases.fit_codebooks",
        lambda vectors, num_codebooks, size: fitted.append(vectors) or torch.ones(8, 2048, 32),
    )
    heard = torch.from_numpy(recording()[None, :7680])
    with torch.no_grad():
        speech, phones = codec.speech(codec.latent(heard)), codec.head(codec.latent(heard))
        fit_quantiser(codec, excerpts, settings)
        z = codec.latent(heard)
        torch.testing.assert_close(codec.speech(z), speech, atol=1e-4, rtol=1e-3)
        torch.testing.assert_close(codec.head(z), phones, atol=1e-4, rtol=1e-3)
    assert fitted[0].shape == (14 * 4 * 37, 32)
    assert torch.allclose(fitted[0].std(dim=0), torch.ones(32), atol=1e-3)
    assert (codec.codebooks.vectors == 1).all()


def test_residual_codebooks_leave_less_and_less() -> None:
    torch.manual_seed(0)
    vectors = torch.randn(400, 4)
    books = fit_codebooks(vectors, num_codebooks=3, size=16)
    codebooks = MovingCodebooks(3, 16, 4)
    codebooks.begin(books, latents=400)
    prefixes, _, _ = codebooks.choose(vectors)
    left = [float((prefix - vectors).square().mean()) for prefix in prefixes]
    assert 0.5 > left[0] > 2 * left[1] > 4 * left[2]


def test_codebooks_move_to_what_chooses_them_and_dead_ones_begin_anew() -> None:
    torch.manual_seed(0)
    latents = torch.randn(64, 2)
    codebooks = MovingCodebooks(1, 4, 2)
    codebooks.begin(torch.tensor([[[-1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [90.0, 90.0]]]), 64)
    before = float((codebooks.choose(latents)[0][0] - latents).square().mean())
    for _ in range(400):
        _, tokens, asked = codebooks.choose(latents)
        codebooks.follow(tokens, asked)
    _, tokens, _ = codebooks.choose(latents)
    assert len(tokens.unique()) == 4
    assert float((codebooks.choose(latents)[0][0] - latents).square().mean()) < 0.7 * before
    for number in range(4):
        mean = latents[tokens[0] == number].mean(dim=0)
        assert torch.allclose(codebooks.vectors[0, number], mean, atol=0.2)


def test_codebooks_that_remember_more_wander_less() -> None:
    moved = []
    for memory in (30.0, 120.0):
        torch.manual_seed(0)
        codebooks = MovingCodebooks(1, 16, 2, memory)
        codebooks.begin(torch.randn(1, 16, 2), latents=4)
        before = codebooks.vectors.clone()
        _, tokens, asked = codebooks.choose(torch.randn(4, 2))
        codebooks.follow(tokens, asked)
        moved.append(float((codebooks.vectors - before).abs().max()))
    assert moved[1] == pytest.approx(moved[0] / 4, rel=0.1)


def test_a_latent_made_wider_says_what_it_said(corpus: Path, tmp_path: Path) -> None:
    narrow = _codec(small_settings())
    save_starting_weights(narrow, tmp_path / "narrow.safetensors")
    wide = _codec(small_settings(bottleneck=48), fitted=False)
    start = StartingWeights(tmp_path / "narrow.safetensors")
    assert start.has_codebooks(32)
    assert not start.has_codebooks(48)
    start.put_into(wide, latents=64)
    pcm = torch.from_numpy(np.random.default_rng(0).normal(0, 0.1, (1, 9600)).astype(np.float32))
    with torch.no_grad():
        said, wider = (
            codec.mimi.decoder.network(codec.embedded(codec.latent(pcm)))
            for codec in (narrow, wide)
        )
    for one, other in zip(said, wider, strict=True):
        torch.testing.assert_close(one, other, atol=1e-2, rtol=1e-2)  # 16 bits on the way
    assert not wide.codebooks.vectors.any()


def test_any_weights_begin_a_phase(corpus: Path, tmp_path: Path) -> None:
    settings = small_settings()
    codec = _codec(settings)
    save_starting_weights(codec, tmp_path / "own" / "weights.safetensors")
    save_weights(codec.shipped(), tmp_path / "checkpoint.safetensors")
    before = codec.codebooks.vectors.clone()
    task = _task(JointTask, corpus, codec, settings)
    train("joint", task, tmp_path / "run", _held(2))
    after = codec.codebooks.vectors
    for file, books, rounding in (
        ("own/weights.safetensors", before, 0.0),
        ("checkpoint.safetensors", before, 0.02),  # 8 bits
        ("run/state.safetensors", after, 0.0),
    ):
        start = StartingWeights(tmp_path / file)
        other = LearningCodec(settings)
        start.put_into(other, latents=8)
        assert (other.codebooks.vectors - books).abs().max() <= rounding
        assert other.codebooks.counts.sum() == pytest.approx(8 * 8)
        with_head = file != "checkpoint.safetensors"
        assert torch.allclose(other.head[0].weight, codec.head[0].weight, atol=1e-2) == with_head


def test_weights_that_are_none_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "broken.safetensors").write_bytes(b"nothing")
    with pytest.raises(ValueError, match="no readable safetensors"):
        StartingWeights(tmp_path / "broken.safetensors")
    save_weights(torch.nn.Linear(80, 80), tmp_path / "other.safetensors")
    with pytest.raises(ValueError, match="no weights of an embedded codec"):
        StartingWeights(tmp_path / "other.safetensors")


def test_the_checkpoint_says_how_far_its_encoder_looks_ahead() -> None:
    codec = _codec(small_settings(lookahead_samples=480), fitted=False)
    assert codec.config["spectral_encoder"]["lookahead_samples"] == 480
    assert build_mimi(codec.config).encoder.lookahead_samples == 480


def test_validation_tells_conditions_and_numbers_of_codebooks_apart(corpus: Path) -> None:
    settings = small_settings()
    codec = _codec(settings).eval()
    validation = Validation(corpus, settings, CPU, corpus / "phones.npy")
    with torch.no_grad():
        figures = validation.figures(codec)
        assert validation.figures(codec) == figures
    sides = [f"{count} {side}" for count in (4, 8) for side in ("clean", "noise")]
    assert set(figures) == {f"{k}, {side}" for k in ("mel", "phones right %") for side in sides}
    assert len({figures[f"mel, {side}"] for side in sides}) == 4
    codec.codebooks.vectors.zero_()  # before they are fitted
    with torch.no_grad():
        assert "mel, unquantised noise" in validation.figures(codec)


def test_words_are_counted_in_speech_that_is_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A codec that does nothing but be late, as the real one is."""
    heard: list[tuple[np.ndarray, np.ndarray]] = []

    class Judge:
        def score(self, said, reference, coded) -> dict[str, int]:
            heard.append((said.pcm, coded))
            return {"words": 4, "substitutions": 1, "insertions": 0, "deletions": 1}

    class Late:
        mimi = SimpleNamespace(decoder=SimpleNamespace(delay=240))
        latent = staticmethod(lambda pcm: pcm)
        quantised = staticmethod(lambda z, count: z)
        speech = staticmethod(lambda z: torch.nn.functional.pad(z, (960 + 240, 0))[:, : z.shape[1]])
        counts = staticmethod(lambda: (4, 8))

    monkeypatch.setattr("largesc_training.codec.word_validation.WordErrors", Judge)
    writer = CorpusWriter(tmp_path)
    audio = (recording()[:30000] * 32767).astype(np.int16)
    for number in range(3):
        pcm = audio[: 24000 + 120 * number]
        writer.add("a", "validation", str(number), "one two", pcm, np.zeros(250, np.float32))
    writer.add("a", "validation", "3", "", audio, np.zeros(250, np.float32))
    writer.close()
    figures = WordValidation(tmp_path, 960, CPU).figures(Late())
    sides = [f"{count} {side}" for count in (4, 8) for side in ("clean", "noise")]
    assert figures == {f"words wrong %, {side}": 50.0 for side in sides}
    assert [len(said) for said, _ in heard] == 4 * [24240, 24120]  # the longest two of a reader
    for said, coded in heard[:4]:
        assert np.array_equal(said, coded)
