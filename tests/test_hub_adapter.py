# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""An adapter in a folder beside Moshi's language model on the hub, and what verification says."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from gnuradio.largesc.codec import verification
from gnuradio.largesc.codec.checkpoint import (
    CheckpointError,
    find_checkpoint,
    fingerprint_of,
    load_codec,
)
from gnuradio.largesc.codec.hub import MOSHIKO
from gnuradio.largesc.codec.mimi_builder import EMBEDDED_CONFIG
from gnuradio.largesc.recovery.strategies.recovery_settings import RecoverySettings
from gnuradio.largesc.recovery.strategies.strategy_by_name import make_recovery
from gnuradio.largesc.recovery.token_model.lora_adapter import (
    AdapterOrigin,
    add_adapter,
    save_adapter,
)
from gnuradio.largesc.recovery.token_model.sampling_settings import SamplingSettings
from gnuradio.largesc.recovery.token_model.token_model import build_token_model
from gnuradio.largesc.recovery.token_model.token_model_config import read_config
from gnuradio.largesc.recovery.token_model.token_model_files import (
    find_token_model,
    model_fingerprint,
)
from gnuradio.largesc.recovery.token_model.verification import KNOWN, verify_token_model
from kyutai_layout import save_published
from local_hub import LocalHub
from moshi.models import loaders
from moshi_hub import CODEC, WEIGHTS, codec_pin, fetched, model_pin
from random_token_model import HIBIKI_1B, NONE, TINY_MOSHI, one_thread, random_model

SETTINGS = RecoverySettings(MOSHIKO, look_ahead=0, sampling=SamplingSettings(greedy=True))


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    yield from one_thread()


def fill(strategy: str, settings: RecoverySettings = SETTINGS) -> list[np.ndarray]:
    """What a strategy plays for a whole frame and three lost ones."""
    recovery = make_recovery(strategy, settings)
    whole = np.arange(8, dtype=np.int16)
    return [recovery.push(tokens, tokens) for tokens in (whole, NONE, NONE, NONE)]


@pytest.fixture
def adapter_folder(hub: LocalHub, hub_files: dict[str, Path], tmp_path: Path) -> Path:
    """An adapter as training leaves it, beside a configuration that names the hub's files."""
    folder = tmp_path / "adapter"
    folder.mkdir()
    config = {
        "mimi_name": codec_pin().address,
        "moshi_name": model_pin().address,
        "lora_name": "lora.safetensors",
        "lora_rank": 4,
    }
    (folder / "config.json").write_text(json.dumps(config))
    codec = fingerprint_of(hub_files[CODEC], EMBEDDED_CONFIG)
    base = model_fingerprint(hub_files[WEIGHTS], TINY_MOSHI)
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(1)
        model = random_model(TINY_MOSHI)
        add_adapter(model, 4, 2.0)
        for name, value in model.named_parameters():
            if ".lora_B." in name:
                value.normal_(std=0.3)
    save_adapter(model, folder / "lora.safetensors", AdapterOrigin(4, 2.0, base, codec, 8))
    return folder


@pytest.mark.slow
def test_an_adapter_in_a_folder_joins_the_base_on_the_hub(adapter_folder: Path) -> None:
    settings = replace(SETTINGS, checkpoint=str(adapter_folder))
    base, adapted = fill("base", settings), fill("lora", settings)
    np.testing.assert_array_equal(base, fill("base"))
    assert (np.array(base) != np.array(adapted)).any()
    name = find_checkpoint(str(adapter_folder))
    assert name.fingerprint == find_checkpoint(MOSHIKO).fingerprint, "the sender may name the hub"
    with pytest.raises(CheckpointError, match="has no adapter"):
        fill("lora")


@pytest.mark.parametrize("key", ["mimi_name", "moshi_name"])
def test_a_folder_cannot_name_files_that_are_not_pinned(adapter_folder: Path, key: str) -> None:
    path = adapter_folder / "config.json"
    other: Any = json.loads(path.read_text()) | {key: "hf://somebody/else/model.safetensors"}
    path.write_text(json.dumps(other))
    with pytest.raises(CheckpointError, match=r"hf://somebody/else/\S+ is not pinned"):
        find_token_model(find_checkpoint(str(adapter_folder)))


def test_a_folder_as_hibikis_repository_is_runs(
    hub_files: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its configuration names no file for the codec's; its conditioners are never used."""
    monkeypatch.setattr(loaders, "_mimi_config", EMBEDDED_CONFIG)
    hibiki = {key: HIBIKI_1B[key] for key in ("model_type", "delays", "conditioners", "fuser")}
    names = {"mimi_name": "mimi.safetensors", "moshi_name": "hibikim.safetensors"}
    keys = TINY_MOSHI | hibiki
    (tmp_path / "config.json").write_text(json.dumps(keys | names | {"lm_gen_config": {}}))
    shutil.copy(hub_files[CODEC], tmp_path / "mimi.safetensors")
    model = build_token_model(read_config(keys))
    save_published(model, tmp_path / "hibikim.safetensors")
    played = fill("base", replace(SETTINGS, checkpoint=str(tmp_path), device="cpu"))
    assert all(tokens.min() >= 0 for tokens in played)


@pytest.mark.slow
def test_verification_tells_a_model_from_noise(hub: LocalHub) -> None:
    noise = verify_token_model(find_checkpoint(MOSHIKO), load_codec(MOSHIKO))
    assert not noise.knows_speech
    assert noise.nats > KNOWN
    assert "NO speech" in noise.sentence("x")
    known = verify_token_model(find_checkpoint("mini"), load_codec("mini"))
    assert known.knows_speech
    assert known.nats < KNOWN - 0.5
    assert 0 < known.right < 1


@pytest.mark.slow
def test_the_command_lists_fetches_and_verifies_it(
    hub: LocalHub, run_largesc: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    well = verification.Verdict(True, 0.9, 0.0)  # of the codec, which is not what this is about
    monkeypatch.setattr(verification, "verify", lambda _: well)
    listed = run_largesc("checkpoints", "list", env={"COLUMNS": "160"}).stdout
    assert "its token model, for recovery 'base'; CC-BY-4.0, on the hub" in listed
    done = run_largesc("checkpoints", "fetch", MOSHIKO)
    assert (done.returncode, fetched(hub)) == (0, {codec_pin().file})
    verified = run_largesc("checkpoints", "verify", MOSHIKO).stdout
    assert f"its token model is not on this machine ({model_pin().command}, 0.0 GB)" in verified
    done = run_largesc("checkpoints", "fetch", MOSHIKO, "--token-model")
    assert (done.returncode, fetched(hub)) == (0, {codec_pin().file, model_pin().file})
    assert f"{MOSHIKO}, token model: 0.0 GB, " in done.stdout
    done = run_largesc("checkpoints", "verify", MOSHIKO, "--json")
    figures = json.loads(done.stdout)
    assert done.returncode == 1, "random weights"
    assert figures["token_model"]["precision"] == "bfloat16"
    assert not figures["token_model"]["knows_speech"]


def test_the_command_says_that_a_model_has_none(run_largesc: Any) -> None:
    done = run_largesc("checkpoints", "fetch", "mini", "--token-model")
    assert done.returncode != 0
    assert "mini has no token model on the hub" in done.stderr
