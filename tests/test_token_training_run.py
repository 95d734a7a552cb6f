# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The token model's stages as the command runs them, on random codecs and a few steps."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from gnuradio.largesc.recovery.strategies.recovery_settings import RecoverySettings
from gnuradio.largesc.recovery.strategies.strategy_by_name import make_recovery
from largesc.codec.checkpoint import CheckpointError
from largesc.codec.checkpoint_weights import read_weights
from largesc_training.command import app
from largesc_training.corpus.packed import pack_corpus
from largesc_training.stage import StageError
from random_checkpoint import random_checkpoint
from random_token_model import one_thread
from test_token_training import write_corpus, write_tokens
from test_token_training_model import SMALL

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    yield from one_thread()


def command(*arguments: str) -> None:
    """The command in this process: torch takes seconds to import."""
    app(arguments, standalone_mode=False)


def test_from_a_packed_corpus_to_a_checkpoint_that_fills_holes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    packed, work, settings = tmp_path / "packed", tmp_path / "work", tmp_path / "tiny.yaml"
    pack_corpus(write_corpus(tmp_path / "corpus", seconds=6), packed, 24.0, 40.0)
    command("unpack", str(packed), str(work))
    few = {"frames": 4, "stream_frames": 40, "members": 1, "epochs": 2, "resamples": 5}
    settings.write_text(
        json.dumps(
            {"token_model": {**SMALL, "passes": 1}, "controller": {"recovery": "hold", **few}}
        )
    )
    short = [f"--minutes=token-{name}=0.02" for name in ("base", "lora", "full")]
    run = ["run", str(work), "--settings", str(settings), "--threads", "1", *short]
    run += ["--checkpoint", random_checkpoint(), "--full"]
    command(*run)
    assert "codec-continuous" not in capsys.readouterr().out
    command(*run)
    again = capsys.readouterr().out
    stages = ("tokens", "token-base", "token-lora", "complete-checkpoint", "token-full")
    stages += ("costs", "controller")
    assert all(f"{name}: done" in again for name in stages)
    for folder, strategy in (
        (work / "complete-checkpoint", "lora"),
        (work / "complete-checkpoint", "base"),
        (work / "token-full" / "checkpoint", "base"),
    ):
        recovery = make_recovery(strategy, RecoverySettings(str(folder), look_ahead=1))
        sent = np.random.default_rng(0).integers(0, 2048, (6, 8)).astype(np.int16)
        nothing = np.full(8, -1, np.int16)
        for frame in range(5):
            due = nothing if frame == 3 else sent[frame]
            filled = recovery.push(sent[frame + 1], due)
            assert filled.min() >= 0
            assert (recovery.confidence < 1).all() == (frame == 3)
    _begins_with_weights_that_are_there(work, tmp_path / "next", run)
    said = capsys.readouterr().out
    # What is there is not made again: it would be hours.
    assert all(f"{name}: done" in said for name in ("packages", "synthetic", "corpus", "tokens"))


def _begins_with_weights_that_are_there(done: Path, work: Path, run: list[str]) -> None:
    """Another run on the same tokens, that has no time to learn, has the weights it was given."""
    made_anew = shutil.ignore_patterns("token-*", "complete-checkpoint*", "costs*", "controller*")
    shutil.copytree(done, work, ignore=made_anew)
    start = done / "token-base" / "moshi.safetensors"
    command("run", str(work), *run[2:-1], "--minutes", "token-base=0", "--until", "token-base",
            "--token-start", str(start), "--validate-every", "0")  # fmt: skip
    given, kept = (read_weights(f / "token-base" / "moshi.safetensors") for f in (done, work))
    for name, value in given.items():
        torch.testing.assert_close(kept[name], value, msg=name)


def test_a_run_without_a_codec_says_what_to_do(tmp_path: Path) -> None:
    work = tmp_path / "work"
    write_corpus(work / "corpus")
    (work / "stages").mkdir()
    for name in ("packages", "synthetic", "corpus", "tokens"):
        (work / "stages" / f"{name}.json").write_text('{"ended": true, "options": {}}')
    for name in ("debian", "synthetic"):
        (work / name).mkdir()
    write_tokens(work / "tokens")
    with pytest.raises(StageError, match="the tokens are those of codec c0de"):
        command("run", str(work), "--checkpoint", random_checkpoint())
    with pytest.raises(CheckpointError, match="no checkpoint"):
        command("run", str(work), "--checkpoint", str(tmp_path / "nowhere"))
    with pytest.raises(StageError, match="nowhere is not there"):
        command("run", str(work), "--base", str(tmp_path / "nowhere"))
