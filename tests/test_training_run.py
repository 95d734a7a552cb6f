# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The codec's training as the command runs it, in seconds."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from command_line import Done, run_entry
from largesc_training.command import main
from largesc_training.corpus.packed import pack_corpus
from prepared_corpus import write_prepared_corpus
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


@pytest.mark.slow
def test_it_starts_from_a_checkout() -> None:
    command = [sys.executable, str(ROOT / "training" / "train"), "list", "/nowhere"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "codec-continuous" in done.stdout


@pytest.mark.slow
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


@pytest.mark.slow
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
