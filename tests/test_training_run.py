# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The codec's training as the command runs it, in seconds."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from command_line import Done, run_entry
from largesc.codec.checkpoint import load_codec
from largesc_training.codec.learning_codec import LearningCodec
from largesc_training.codec.starting_weights import StartingWeights, save_starting_weights
from largesc_training.command import main
from largesc_training.corpus.packed import pack_corpus
from largesc_training.stages.all_stages import STAGES
from largesc_training.training_loop import TrainingFailed
from largesc_training.training_state import load_state
from largesc_training.weight_average import WeightAverage
from prepared_corpus import (
    RECORDING,
    SMALL_CODEC,
    small_settings,
    write_phones,
    write_prepared_corpus,
)
from random_token_model import one_thread
from safetensors.torch import load_file

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_prepared_corpus(tmp_path_factory.mktemp("prepared"))


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    yield from one_thread()


def _command(*arguments: str) -> Done:
    """The command in this process: torch takes seconds to import."""
    return run_entry(main, *arguments)


@pytest.fixture
def work(corpus: Path, tmp_path: Path) -> Path:
    """A work folder whose speech and phones came packed."""
    packed = tmp_path / "packed"
    pack_corpus(corpus, packed, 24.0, 40.0, write_phones(corpus, tmp_path / "phones.npy"))
    assert _command("unpack", str(packed), str(tmp_path / "work")).returncode == 0
    return tmp_path / "work"


def _run(work: Path, steps: int, *more: str, **settings: object) -> Done:
    """Stages to the checkpoint, so many steps of each that trains."""
    path = work.parent / "settings.yaml"
    path.write_text(json.dumps(SMALL_CODEC | settings))
    run = ["run", str(work), "--settings", str(path), "--threads", "1", "--until", "checkpoint"]
    run += [f"--steps=codec-{phase}={steps}" for phase in ("continuous", "joint")]
    return _command(*run, *more)


def _quick_codebooks(monkeypatch: pytest.MonkeyPatch) -> None:
    """k-means takes seconds; its own tests have it."""

    def begin(model: LearningCodec, *_: object) -> None:
        model.codebooks.begin(0.3 * torch.randn(model.codebooks.vectors.shape), 8)

    monkeypatch.setattr("largesc_training.stages.codec.fit_quantiser", begin)


@pytest.fixture(autouse=True)
def _no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("largesc_training.training_loop.draw_curves", lambda folder: None)


def test_own_speech_is_all_that_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from largesc_training.corpus import preparation

    monkeypatch.setattr(preparation, "pitch", lambda pcm: np.zeros(len(pcm) // 120 + 1, np.float32))
    for reader in ("ann", "bob"):
        (tmp_path / "speech" / reader).mkdir(parents=True)
        shutil.copy(RECORDING, tmp_path / "speech" / reader / "1.flac")
    speech = ("--speech", str(tmp_path / "speech"))
    done = _command("run", str(tmp_path / "work"), *speech, "--until", "corpus")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("corpus: decodes, trims")
    assert f"{tmp_path / 'speech'}: 2 recordings, 2 readers" in done.stdout
    refused = _command("run", str(tmp_path / "work"), *speech, "--until", "packages")
    assert "this run has no stage 'packages'; there are corpus, phones" in refused.stderr


def _state(work: Path) -> dict[str, torch.Tensor]:
    return load_file(work / "codec-joint" / "state.safetensors")


@pytest.mark.slow
def test_it_starts_from_a_checkout() -> None:
    command = [sys.executable, str(ROOT / "training" / "train"), "list", "/nowhere"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "codec-continuous" in done.stdout


def test_outside_of_the_environment_one_line_says_which_python_to_use() -> None:
    # -S -E: a Python without what pip installed, as the system's own is.
    command = [
        sys.executable,
        "-S",
        "-E",
        "-I",
        str(ROOT / "training" / "train"),
        "list",
        "/nowhere",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert "has no module" in line
    assert ".venv/bin/python" in line


def test_the_list_of_stages_fits_a_narrow_terminal(tmp_path: Path) -> None:
    done = run_entry(main, "list", tmp_path, env={"COLUMNS": "80"})
    assert "…" not in done.stdout
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    for stage in STAGES:
        assert any(line.startswith(f"{stage.name} ") for line in lines)
        assert all(name in done.stdout for name in (*stage.inputs, *stage.outputs))


@pytest.mark.slow
def test_from_nothing_to_a_checkpoint_that_codes(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _quick_codebooks(monkeypatch)
    done = _run(work, 1)
    assert done.returncode == 0, done.stderr
    assert "phones: done" in done.stdout
    codec = load_codec(str(work / "checkpoint"))
    assert codec.delay == 240 + 960
    tokens = codec.encode(np.zeros(codec.frame_size, np.float32)).tokens
    assert np.isfinite(codec.decode(tokens)).all()
    assert "codec-joint: done" in _run(work, 1).stdout
    rows = (work / "codec-joint" / "validation.csv").read_text().splitlines()
    assert "mel, 4 clean" in rows[0]
    assert "done" in _command("list", str(work)).stdout


@pytest.mark.slow
def test_weights_with_codebooks_begin_at_the_joint_phase_and_stop_and_go_on(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.manual_seed(0)
    codec = LearningCodec(small_settings())
    codec.codebooks.begin(0.3 * torch.randn(8, 2048, 32), 8)
    save_starting_weights(codec, work.parent / "start.safetensors")
    start = ("--start", str(work.parent / "start.safetensors"), "--validate-every", "0")
    again = work.parent / "again"
    shutil.copytree(work, again)
    done = _run(work, 4, *start)
    assert done.returncode == 0, done.stderr
    assert "codec-continuous" not in done.stdout
    assert "begins with the codebooks of start.safetensors" in done.stdout
    # Stopped in the second step, which ends and is saved; later in smaller memory, or not.
    follow = WeightAverage.follow

    def stopping(average: WeightAverage, step: int) -> None:
        follow(average, step)
        if step == 2:
            signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(WeightAverage, "follow", stopping)
    stopped = _run(again, 4, *start)
    assert stopped.returncode == 130
    assert "codec-joint: stopped and saved at step 2" in stopped.stdout
    assert "the same command goes on from here" in stopped.stderr
    halfway = load_file(again / "codec-joint" / "weights.safetensors")
    monkeypatch.setattr(WeightAverage, "follow", follow)
    assert _run(again, 4, *start).returncode == 0
    whole, resumed = _state(work), _state(again)
    assert all(torch.equal(resumed[name], value) for name, value in whole.items())
    entry = "quantizer.input_proj.weight"
    assert halfway[entry].dtype == torch.float16
    assert _run(again, 5, *start, batch_size=1).returncode == 0
    refused = _run(again, 6, *start, lookahead_samples=0)
    assert refused.returncode == 2
    assert "begun with other options (settings)" in " ".join(refused.stderr.split())


def _from_mini(work: Path, monkeypatch: pytest.MonkeyPatch, **settings: object) -> Done:
    mini = ROOT / "python" / "largesc" / "checkpoints" / "mini" / "codec.safetensors"
    _quick_codebooks(monkeypatch)
    done = _run(work, 1, "--start", str(mini), "--validate-every", "0", **settings)
    assert done.returncode == 0, done.stderr
    return done


@pytest.mark.slow
def test_another_latent_takes_the_way_over_new_codebooks(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = _from_mini(work, monkeypatch, bottleneck=48)
    assert "codec-continuous: " in done.stdout
    [told] = [line for line in done.stdout.splitlines() if "codec.safetensors has" in line]
    assert "a latent of 64 numbers, the settings ask for 48 (`bottleneck: 64` would" in told
    assert "60 minutes without codebooks" in told
    assert (work / "checkpoint" / "codec.safetensors").is_file()


@pytest.mark.slow
def test_a_linear_path_is_set_and_needs_new_codebooks(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = _from_mini(work, monkeypatch, linear_path=True, bottleneck=48, frames=8)
    assert "codec-linear: principal components" in done.stdout
    config = json.loads((work / "checkpoint" / "codec.json").read_text())
    assert config["spectral_encoder"]["linear_path"] is True
    assert config["source_filter_decoder"]["linear_path"] is True
    start = StartingWeights(work / "codec-joint" / "weights.safetensors")
    assert start.has_linear_path
    assert start.has_codebooks(48)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["run", "{}", "--minutes", "codec-continous=3"],
            "codec-continuous, codec-joint",
        ),
        (["run", "{}", "--minutes", "codec-continuous=nan"], "minutes are a number from 0 on"),
        (["run", "{}", "--speech", "/nowhere"], "/nowhere is not there"),
        (["pack", "{}", "{}/out"], "has no corpus"),
        (["run", "{}", "--steps", "codec-joint=inf"], "steps are a number"),
        (["pack", "{}", "{}/out", "--mebibytes", "0"], "has no corpus"),
        (["unpack", "{}", "{}"], "has no index of packed speech"),
        (["run", "{}", "--start", __file__], "no readable safetensors file"),
        (["run", "{}", "--speech", "/no[where]/[/else]"], "/no[where]/[/else] is not there"),
        (["run", "{}", "--until", "nothing"], "no stage 'nothing'"),
        (["run", "{}", "--device", "cuda"], "no CUDA device"),
        (["run", "{}", "--checkpoint", "nowhere"], "no checkpoint"),
        (["run", "{}", "--stepping", "1"], "No such option"),
        (["run"], "Missing argument"),
    ],
)
def test_what_a_user_can_cause_is_one_line(arguments: list[str], said: str, tmp_path: Path) -> None:
    done = _command(*(text.replace("{}", str(tmp_path)) for text in arguments))
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert said in line


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (
            torch.OutOfMemoryError("CUDA out of memory.\nmore"),
            1,
            "the GPU failed: CUDA out of memory.",
        ),
        (torch.AcceleratorError("CUDA error: gone\nmore"), 1, "the GPU failed: CUDA error: gone"),
        (TrainingFailed("codec-joint: the GPU failed"), 1, "codec-joint: the GPU failed"),
        (OSError(28, "No space left on device"), 2, "error: No space left on device"),
        (PermissionError(13, "Permission denied", "work"), 2, "error: work: Permission denied"),
        (ModuleNotFoundError(name="pyworld"), 2, "pyworld is not installed: .venv/bin/pip install"),
    ],
)
def test_what_a_machine_can_cause_is_one_line(
    error: Exception, status: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr("largesc_training.command.run_stages", fails)
    done = _command("run", str(tmp_path))
    assert done.returncode == status
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_state_that_was_cut_off_is_one_line(tmp_path: Path) -> None:
    model = torch.nn.Linear(1, 1)
    (tmp_path / "state.safetensors").write_bytes(b"cut")
    with pytest.raises(ValueError, match=r"state\.safetensors is damaged .*remove it"):
        load_state(tmp_path, model, torch.optim.AdamW(model.parameters()))
