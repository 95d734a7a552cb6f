# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The phases in which the codec learns, and their settings."""

from pathlib import Path

import pytest
import torch
from largesc_training.codec.learning_codec import LearningCodec, first_of
from largesc_training.codec.phases import ContinuousTask, EncoderTask, QuantisedTask
from largesc_training.codec.settings import Augmentation, CodecSettings, read_settings
from prepared_corpus import write_prepared_corpus
from torch import nn

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_prepared_corpus(tmp_path_factory.mktemp("prepared"))


def _part(model: nn.Module, names: tuple[str, ...]) -> torch.Tensor:
    found = [p.flatten() for name, p in model.named_parameters() if name.startswith(names)]
    return torch.cat(found).detach().clone()


def test_encoder_phase_leaves_decoder_and_codebooks_alone(corpus: Path) -> None:
    settings = CodecSettings(batch_size=2, frames=4, augmentation=Augmentation(noise=1.0))
    torch.manual_seed(0)
    model = LearningCodec(settings)
    task = EncoderTask(model, corpus, settings, seed=0)
    (group,) = task.parameter_groups()
    optimiser = torch.optim.SGD(group["params"], lr=1e-2)
    front = ("mimi.encoder", "mimi.quantizer.input_proj")
    behind = ("mimi.decoder", "mimi.quantizer.output_proj", "codebooks")
    front_before, behind_before = _part(model, front), _part(model, behind)
    batch = next(iter(task.batches(0)))
    assert batch.given.shape == (1, 8 * 1920)
    (loss,) = task.losses(batch).values()
    loss.backward()
    optimiser.step()
    assert not torch.equal(_part(model, front), front_before)
    assert torch.equal(_part(model, behind), behind_before)


def test_encoder_phase_wants_of_clean_speech_what_was(corpus: Path) -> None:
    settings = CodecSettings(batch_size=2, frames=4)
    task = EncoderTask(LearningCodec(settings), corpus, settings, seed=0)
    batch = next(iter(task.batches(0)))
    clean = batch._replace(given=batch.wanted)
    assert task.losses(clean)["latent"].item() == 0.0
    assert task.losses(batch._replace(given=batch.wanted.flip(1)))["latent"].item() > 0.0


def test_any_number_of_codebooks_is_a_prefix_of_all() -> None:
    torch.manual_seed(0)
    model = LearningCodec(CodecSettings()).eval()
    model.codebooks.data.normal_()
    z = torch.randn(3, 32, 5)
    vectors = model.chosen(z)
    assert vectors.shape == (8, 3, 32, 5)
    found = first_of(vectors, torch.tensor([1, 4, 8]))
    for item, count in enumerate((1, 4, 8)):
        torch.testing.assert_close(found[item], vectors[:count, item].sum(dim=0))
    tokens = model.search.tokens(model.codebooks, z.transpose(1, 2).flatten(0, 1))
    torch.testing.assert_close(vectors[2, 1, :, 3], model.codebooks[2][tokens[5 + 3, 2]])


@pytest.mark.parametrize("encoder", ["frozen", "tuned"])
def test_the_encoder_learns_through_the_codebooks_if_asked(encoder: str, corpus: Path) -> None:
    torch.manual_seed(0)
    settings = CodecSettings.model_validate({"batch_size": 2, "frames": 4, "encoder": encoder})
    model = LearningCodec(settings)
    model.codebooks.data.normal_(std=0.1)
    task = QuantisedTask(model, corpus, settings, seed=0)
    parts = task.losses(next(iter(task.batches(0))))
    assert ("commitment" in parts) == (encoder == "tuned")
    torch.stack([task.weights[k] * v for k, v in parts.items()]).sum().backward()
    assert model.codebooks.grad.abs().sum() > 0
    gradients = [p.grad for part in model.front() for p in part.parameters()]
    assert any(g is not None and g.abs().sum() > 0 for g in gradients) == (encoder == "tuned")
    assert len(task.parameter_groups()) == (2 if encoder == "tuned" else 1)


def test_only_the_encoder_phase_is_given_disturbed_speech(corpus: Path) -> None:
    settings = CodecSettings(batch_size=8, frames=4)
    for phase, disturbed in ((ContinuousTask, False), (QuantisedTask, False), (EncoderTask, True)):
        task = phase(LearningCodec(settings), corpus, settings, seed=0)
        batch = next(iter(task.batches(0)))
        assert torch.equal(batch.given, batch.wanted) != disturbed


def test_settings_name_the_key_that_is_unknown(tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text("bottle_neck: 16\n")
    with pytest.raises(ValueError, match="bottle_neck"):
        read_settings(path)
    assert read_settings(ROOT / "training" / "settings" / "mini.yaml").bottleneck == 32
