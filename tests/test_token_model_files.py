# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A checkpoint's token model: found, loaded, and refused before anything runs."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from gnuradio.largesc.codec.checkpoint import CheckpointError, find_checkpoint
from gnuradio.largesc.recovery.token_model import available_memory
from gnuradio.largesc.recovery.token_model.lora_adapter import (
    load_adapter,
    read_origin,
    save_adapter,
)
from gnuradio.largesc.recovery.token_model.token_model_files import (
    TokenModelFiles,
    find_token_model,
    load_token_model,
    model_fingerprint,
)
from random_checkpoint import random_checkpoint
from random_token_model import TINY, TINY_MOSHI, one_thread, random_model, write_token_model
from safetensors.torch import save_file
from test_token_model_adapter import adapted, logits


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    yield from one_thread()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checkpoint")
    write_token_model(folder, random_checkpoint(), TINY)
    return folder


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    """A checkpoint to damage."""
    return Path(shutil.copytree(written, tmp_path / "checkpoint"))


def find(folder: Path) -> TokenModelFiles:
    return find_token_model(find_checkpoint(str(folder)))


def change_config(folder: Path, **changes: Any) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_what_was_written_is_found(written: Path) -> None:
    files = find(written)
    assert (files.weights.name, files.adapter.name) == ("moshi.safetensors", "lora.safetensors")
    assert files.codec == find_checkpoint(random_checkpoint()).fingerprint
    assert files.adapter_origin() == read_origin(files.adapter)


def test_the_base_is_what_was_stored_in_8_bits(written: Path) -> None:
    model, expected = load_token_model(find(written), adapted=False), random_model(TINY)
    assert set(model.state_dict()) == set(expected.state_dict())
    assert not any(value.requires_grad for value in model.parameters())
    for name, value in expected.state_dict().items():
        error = (model.state_dict()[name] - value).abs().max()
        assert error <= 0.51 / 127 * value.abs().max(), name


def test_the_adapter_comes_merged(written: Path) -> None:
    files = find(written)
    merged, beside = load_token_model(files, adapted=True), load_token_model(files, adapted=False)
    base = logits(beside)
    load_adapter(beside, files.adapter, files.adapter_origin())
    assert set(merged.state_dict()) == set(random_model(TINY).state_dict())
    torch.testing.assert_close(logits(merged), logits(beside), rtol=1e-3, atol=1e-3)
    assert (logits(merged) - base).abs().max() > 0.5


def test_stored_in_16_bits_it_loads_in_16_bits_and_computes_in_8(tmp_path: Path) -> None:
    config = TINY_MOSHI | {"largesc": {}, "lora_rank": 4, "lora_scaling": 2.0}
    write_token_model(tmp_path, random_checkpoint(), config)
    model = random_model(config).bfloat16()
    save_file(model.state_dict(), tmp_path / "moshi.safetensors")
    loaded = load_token_model(find(tmp_path), False, dtype=torch.bfloat16)
    for name, value in model.state_dict().items():
        assert torch.equal(loaded.state_dict()[name].bfloat16(), value), name
    eight = load_token_model(find(tmp_path), False, dtype=torch.bfloat16, int8=True)
    assert len(list(eight.parameters())) < len(list(loaded.parameters()))


def test_stored_in_8_bits_it_loads_in_32_bits_only(folder: Path) -> None:
    with pytest.raises(CheckpointError, match="stored in 8 bits, which load as float32 only"):
        load_token_model(find(folder), False, dtype=torch.bfloat16)


def test_a_codec_alone_has_no_token_model() -> None:
    message = "has no token model; strategies zero, hold and interpolate need none"
    with pytest.raises(CheckpointError, match=message):
        find(Path(random_checkpoint()))


def test_a_model_of_another_codec_is_refused(folder: Path) -> None:
    ours = json.loads((folder / "config.json").read_text())["largesc"]
    ours["token_model"]["codec"] = "beef"
    change_config(folder, largesc=ours)
    with pytest.raises(CheckpointError, match="learned the tokens of codec beef, its codec is"):
        find(folder)


@pytest.mark.parametrize("name", ["moshi.safetensors", "lora.safetensors"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(CheckpointError, match=f"incomplete: no file {name}"):
        find(folder)


def test_other_codebooks_are_refused(folder: Path) -> None:
    change_config(folder, n_q=32, dep_q=16)
    with pytest.raises(CheckpointError, match="n_q = 32, needed is 16"):
        find(folder)


def test_without_an_adapter_only_the_base_loads(folder: Path) -> None:
    change_config(folder, lora_name=None)
    files = find(folder)
    load_token_model(files, adapted=False)
    with pytest.raises(CheckpointError, match="has no adapter"):
        load_token_model(files, adapted=True)


def test_an_adapter_of_another_base_is_refused(folder: Path) -> None:
    origin = replace(read_origin(folder / "lora.safetensors"), base="0" * 16)
    save_adapter(adapted(), folder / "lora.safetensors", origin)
    files = find(folder)
    load_token_model(files, adapted=False)
    with pytest.raises(CheckpointError, match="belongs to the base model 0000000000000000"):
        load_token_model(files, adapted=True)


def test_the_fingerprint_follows_weights_and_configuration(folder: Path) -> None:
    weights, config = folder / "moshi.safetensors", dict(TINY)
    before = model_fingerprint(weights, config)
    assert model_fingerprint(weights, dict(reversed(config.items()))) == before
    assert model_fingerprint(weights, config | {"lora_rank": 2}) == before
    assert model_fingerprint(weights, config | {"max_period": 2}) != before
    weights.write_bytes(weights.read_bytes() + b"x")
    assert model_fingerprint(weights, config) != before


def test_weights_of_another_model_are_refused(folder: Path) -> None:
    change_config(folder, num_layers=3)
    with pytest.raises(CheckpointError, match="does not load"):
        load_token_model(find(folder), adapted=False)


def test_a_model_that_does_not_fit_is_refused_before_its_weights_are_read(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "moshi.safetensors").write_bytes(b"not read")
    meminfo = tmp_path / "meminfo"
    monkeypatch.setattr(available_memory, "MEMINFO", meminfo)
    meminfo.write_text("MemTotal: 1000 kB\nMemAvailable:     262144 kB\n")  # the reserve alone
    with pytest.raises(CheckpointError, match=r"needs 0.00 GB of memory .* cpu has 0.27 GB left"):
        load_token_model(find(folder), adapted=False)
    meminfo.write_text("MemAvailable:   8000000 kB\n")
    with pytest.raises(CheckpointError, match="no readable safetensors file"):
        load_token_model(find(folder), adapted=False)


def test_what_kyutais_models_need_is_known_without_building_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(available_memory, "MEMINFO", tmp_path / "none")
    available_memory.check_fits(2**60, torch.device("cpu"), "anything")  # nobody tells: try it
    linear = torch.nn.Linear(1000, 1000, bias=False, device="meta", dtype=torch.bfloat16)
    assert available_memory.needed_bytes(linear) == 2_000_000
