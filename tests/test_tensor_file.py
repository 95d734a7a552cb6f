# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of weights: for others to read, and nothing but whole ones."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from largesc.codec.checkpoint_weights import save_weights
from largesc.codec.tensor_file import save_arrays, save_tensors
from largesc.recovery.token_model.lora_adapter import AdapterOrigin, save_adapter
from largesc_training.training_state import STATE, save_state
from moshi.modules.lora import LoRALinear
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn


@pytest.fixture(autouse=True)
def _usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_every_kind_of_weights_can_be_read_by_others(tmp_path: Path) -> None:
    model, path = nn.Linear(2, 2), tmp_path / "weights.safetensors"
    save_weights(model, path)
    assert _mode(path) == 0o644
    save_state(tmp_path, model, torch.optim.AdamW(model.parameters()), {"step": 0})
    assert _mode(tmp_path / STATE) == 0o644
    adapted = nn.Sequential(LoRALinear(2, 2, rank=1, scaling=1.0, bias=False))
    save_adapter(adapted, tmp_path / "lora.safetensors", AdapterOrigin(1, 1.0, "", "", 8))
    assert _mode(tmp_path / "lora.safetensors") == 0o644
    save_arrays({"x": np.arange(6.0).reshape(2, 3).T}, tmp_path / "arrays.safetensors")
    assert _mode(tmp_path / "arrays.safetensors") == 0o644
    assert torch.equal(load_file(tmp_path / "arrays.safetensors")["x"][1], torch.tensor([1.0, 4.0]))


def test_permissions_that_somebody_gave_stay(tmp_path: Path) -> None:
    path = tmp_path / "weights.safetensors"
    save_tensors({"x": torch.zeros(1)}, path)
    path.chmod(0o640)
    save_tensors({"x": torch.ones(1)}, path)
    assert _mode(path) == 0o640
    os.umask(0o077)
    save_tensors({"x": torch.ones(1)}, tmp_path / "secret.safetensors")
    assert _mode(tmp_path / "secret.safetensors") == 0o600


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "weights.safetensors"
    save_tensors({"x": torch.ones(1)}, path, {"facts": "kept"})
    twins = torch.zeros(2)
    with pytest.raises((SafetensorError, RuntimeError)):
        save_tensors({"a": twins, "b": twins}, path)
    assert load_file(path)["x"].item() == 1.0
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_a_write_that_is_killed_leaves_nothing_that_looks_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        save_tensors({"x": torch.ones(1)}, tmp_path / "weights.safetensors")
    assert list(tmp_path.iterdir()) == []
