# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The training pipeline: its data, its loop, its stages; and all of it in seconds."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from largesc_training.codec.augmentation import (
    add_noise,
    equalise,
    limit_band,
    noise_like,
    reverberate,
    shift_formants,
)
from largesc_training.codec.learning_codec import LearningCodec, first_of
from largesc_training.codec.phases import ContinuousTask, EncoderTask, QuantisedTask
from largesc_training.codec.settings import Augmentation, CodecSettings, read_settings
from largesc_training.codec.speech_batches import SpeechBatches, batches_from
from largesc_training.corpus.packed import pack_corpus, unpack_corpus
from largesc_training.corpus.prepared import CorpusWriter, PreparedCorpus
from largesc_training.run_options import RunOptions
from largesc_training.stage import Stage, StageError, run_stages
from largesc_training.training_loop import Budget, train
from safetensors.torch import load_file
from torch import nn

ROOT = Path(__file__).parents[1]
RECORDING = ROOT / "python" / "largesc" / "audio" / "verification.flac"


@pytest.fixture(scope="module")
def speech() -> np.ndarray:
    pcm, _ = soundfile.read(RECORDING, dtype="float32")
    return pcm[: len(pcm) // 120 * 120]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory, speech: np.ndarray) -> Path:
    """Three recordings that train, one (upside down) that validates."""
    folder = tmp_path_factory.mktemp("prepared")
    writer = CorpusWriter(folder)
    audio = (speech * 32767).astype(np.int16)
    f0 = np.where(np.arange(len(audio) // 120) % 50 < 30, 170.0, 0.0).astype(np.float32)
    for number in range(3):
        writer.add("reader", "training", str(number), "", audio, f0)
    writer.add("other", "validation", "3", "", -audio, f0)
    writer.close()
    return folder


def test_batches_are_the_same_whenever_they_are_made(corpus: Path) -> None:
    data = SpeechBatches(corpus, CodecSettings(batch_size=2), seed=5)
    from_third = next(iter(batches_from(data, 3, workers=0)))
    for made, again in zip(from_third, data[3], strict=True):
        assert torch.equal(made, again)
    assert not torch.equal(data[3].heard, data[4].heard)


def test_validation_readers_are_never_drawn(corpus: Path) -> None:
    assert {row.use for row in SpeechBatches(corpus, CodecSettings(), 0).rows} == {"training"}


def test_batches_are_speech_at_sane_levels(corpus: Path) -> None:
    batch = SpeechBatches(corpus, CodecSettings(batch_size=8), seed=0)[0]
    assert batch.heard.shape == batch.wanted.shape == (8, 20 * 1920)
    assert batch.f0.shape == batch.voiced.shape == (8, 20 * 16)
    assert batch.heard.abs().max() <= 1.0
    assert batch.f0.min() > 50.0
    assert not torch.equal(batch.heard, batch.wanted)


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


class Line:
    """A task that fits a line; ``stop`` is the number of the batch at which the power fails."""

    weights: dict[str, float] = {"error": 1.0}  # noqa: RUF012

    def __init__(self, stop: int):
        torch.manual_seed(0)
        self.model, self.stop = nn.Linear(1, 1), stop

    def parameter_groups(self):
        return [{"params": list(self.model.parameters())}]

    def batches(self, first: int) -> Iterator[torch.Tensor]:
        for number in range(first, self.stop):
            yield torch.full((4, 1), float(number % 7))

    def losses(self, batch: torch.Tensor):
        return {"error": (self.model(batch + torch.randn_like(batch)) - 3 * batch).abs().mean()}

    def validate(self):
        return {"slope": self.model.weight.item()}


def test_a_run_that_was_stopped_goes_on_as_if_it_was_not(tmp_path: Path) -> None:
    budget = Budget(minutes=1e6, learning_rate=1e-2, validate_every=0.0)
    whole = Line(400)
    train("whole", whole, tmp_path / "whole", budget)
    for stop in (150, 280, 400):
        part = Line(stop)
        train("part", part, tmp_path / "part", budget)
    assert part.model.weight.item() == pytest.approx(whole.model.weight.item(), rel=1e-5)
    rows = (tmp_path / "part" / "log.csv").read_text().splitlines()
    assert [row.split(",")[0] for row in rows[1:]] == [str(n) for n in range(50, 401, 50)]
    assert (tmp_path / "part" / "curves.png").stat().st_size > 1000


def test_a_used_up_budget_trains_no_further(tmp_path: Path) -> None:
    budget = Budget(minutes=0.0, learning_rate=1e-2)
    train("none", Line(100), tmp_path, budget)
    assert json.loads((tmp_path / "state.json").read_text())["step"] == 0


def _stages(log: list[str]) -> tuple[Stage, ...]:
    def run(name: str):
        def work(options: RunOptions) -> None:
            log.append(name)
            (options.work / name).mkdir(exist_ok=True)

        return work

    seed = {"depends": lambda options: {"seed": options.seed}}
    return (
        Stage("a", "first", (), ("a",), run("a"), **seed),
        Stage("b", "second", ("a",), ("b",), run("b"), **seed, minutes=5.0),
    )


def test_stages_run_once_and_again_for_more_time(tmp_path: Path) -> None:
    log: list[str] = []
    options = RunOptions(tmp_path, CodecSettings())
    for minutes in ({}, {}, {"b": 4.0}, {"b": 6.0}):
        run_stages(_stages(log), replace(options, minutes=minutes))
    assert log == ["a", "b", "b"]


def test_stages_refuse_other_options_and_missing_inputs(tmp_path: Path) -> None:
    log: list[str] = []
    options = RunOptions(tmp_path, CodecSettings())
    run_stages(_stages(log), options, until="a")
    stages = _stages(log)
    (tmp_path / "a").rmdir()
    with pytest.raises(StageError, match="begun with other options \\(seed\\)"):
        run_stages(stages, replace(options, seed=1))
    with pytest.raises(StageError, match="needs a"):
        run_stages(stages[1:], options)
    with pytest.raises(StageError, match="there are a, b"):
        run_stages(stages, options, until="c")


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
    heard, said = _part(model, front), _part(model, behind)
    batch = next(iter(task.batches(0)))
    assert batch.heard.shape == (1, 8 * 1920)
    (loss,) = task.losses(batch).values()
    loss.backward()
    optimiser.step()
    assert not torch.equal(_part(model, front), heard)
    assert torch.equal(_part(model, behind), said)


def test_encoder_phase_wants_of_clean_speech_what_was(corpus: Path) -> None:
    settings = CodecSettings(batch_size=2, frames=4)
    task = EncoderTask(LearningCodec(settings), corpus, settings, seed=0)
    batch = next(iter(task.batches(0)))
    clean = batch._replace(heard=batch.wanted)
    assert task.losses(clean)["latent"].item() == 0.0
    assert task.losses(batch._replace(heard=batch.wanted.flip(1)))["latent"].item() > 0.0


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
    heard = [p.grad for part in model.front() for p in part.parameters()]
    assert any(g is not None and g.abs().sum() > 0 for g in heard) == (encoder == "tuned")
    assert len(task.parameter_groups()) == (2 if encoder == "tuned" else 1)


def test_only_the_encoder_phase_hears_disturbed_speech(corpus: Path) -> None:
    settings = CodecSettings(batch_size=8, frames=4)
    for phase, disturbed in ((ContinuousTask, False), (QuantisedTask, False), (EncoderTask, True)):
        task = phase(LearningCodec(settings), corpus, settings, seed=0)
        batch = next(iter(task.batches(0)))
        assert torch.equal(batch.heard, batch.wanted) != disturbed


def test_settings_name_the_key_that_is_unknown(tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text("bottle_neck: 16\n")
    with pytest.raises(ValueError, match="bottle_neck"):
        read_settings(path)
    assert read_settings(ROOT / "training" / "settings" / "mini.yaml").bottleneck == 32


def _command(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "training" / "train"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def test_from_a_packed_corpus_to_a_checkpoint_that_codes(corpus: Path, tmp_path: Path) -> None:
    packed, work = tmp_path / "packed", tmp_path / "work"
    pack_corpus(corpus, packed, kilobits=24.0, mebibytes=40.0)
    assert _command("unpack", str(packed), str(work)).returncode == 0
    settings = tmp_path / "short.yaml"
    settings.write_text("kmeans_batches: 16\nencoder: tuned\nnoise_phase: true\n")
    run = ["run", str(work), "--settings", str(settings), "--threads", "1"]
    run += ["--until", "checkpoint"]
    for stage in ("codec-continuous", "codec-quantised", "codec-encoder"):
        run += ["--minutes", f"{stage}=0.02"]
    done = _command(*run, "--validate-every", "0")
    assert done.returncode == 0, done.stderr
    from gnuradio.largesc.codec.checkpoint import load_codec

    codec = load_codec(str(work / "checkpoint"))
    tokens = codec.encode(np.zeros(codec.frame_size, np.float32)).tokens
    assert np.isfinite(codec.decode(tokens)).all()
    assert "done" in _command("list", str(work)).stdout


def test_later_phases_go_on_from_weights_that_are_there(corpus: Path, tmp_path: Path) -> None:
    work, settings = tmp_path / "work", tmp_path / "keep.yaml"
    packed = tmp_path / "packed"
    pack_corpus(corpus, packed, kilobits=24.0, mebibytes=40.0)
    assert _command("unpack", str(packed), str(work)).returncode == 0
    settings.write_text("kmeans_batches: 0\n")
    run = ["run", str(work), "--settings", str(settings), "--until", "checkpoint"]
    for stage in ("codec-continuous", "codec-quantised"):
        run += ["--minutes", f"{stage}=0"]
    run += ["--validate-every", "0"]
    refused = _command(*run)
    assert refused.returncode == 1
    assert "there is no --start" in refused.stderr
    mini = ROOT / "python" / "largesc" / "checkpoints" / "mini"
    for path in [*work.glob("codec-*"), *(work / "stages").glob("codec-*")]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    done = _command(*run, "--start", str(mini / "codec.safetensors"))
    assert done.returncode == 0, done.stderr
    found, shipped = (
        load_file(work / "checkpoint" / "codec.safetensors"),
        load_file(mini / "codec.safetensors"),
    )
    name = "quantizer.vq.layers.0._codebook.embedding_sum"
    assert torch.equal(found[name], shipped[name])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["run", "{}", "--minutes", "codec-continous=3"],
            "codec-continuous, codec-quantised",
        ),
        (["run", "{}", "--minutes", "codec-continuous=x"], "minutes are a number"),
        (["run", "{}", "--speech", "/nowhere"], "/nowhere is not there"),
        (["pack", "{}", "{}/out"], "has no corpus"),
        (["unpack", "{}", "{}"], "has no packed corpus"),
    ],
)
def test_what_a_user_can_cause_is_one_line(arguments: list[str], said: str, tmp_path: Path) -> None:
    done = _command(*(text.replace("{}", str(tmp_path)) for text in arguments))
    assert done.returncode == 1
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
