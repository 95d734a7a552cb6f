# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""LoRA adapters: new, saved, loaded, merged, and refused where they do not belong."""

import copy
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from gnuradio.largesc.recovery.token_model.lora_adapter import (
    AdapterError,
    AdapterOrigin,
    add_adapter,
    load_adapter,
    merge_adapter,
    read_origin,
    save_adapter,
)
from moshi.modules.lora import LoRALinear
from random_token_model import TINY, TINY_MOSHI, one_thread, random_model
from safetensors.torch import load_file, save_file

ORIGIN = AdapterOrigin(4, 2.0, "0123456789abcdef", "c8dd", 8)


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    yield from one_thread()


def logits(model: Any) -> torch.Tensor:
    codes = torch.arange(17 * 6).view(1, 17, 6) % 5
    with torch.no_grad():
        out = model(codes)
    return out.logits[out.mask]


def adapted(config: Any = TINY, strength: float = 0.3) -> Any:
    """A model with an adapter that changes what it says."""
    model = random_model(config)
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(3)
        add_adapter(model, ORIGIN.rank, ORIGIN.scaling)
        for layer in model.modules():
            if isinstance(layer, LoRALinear):
                layer.lora_B.weight.normal_(std=strength)
    return model


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "lora.safetensors"
    save_adapter(adapted(), path, ORIGIN)
    return path


@pytest.mark.parametrize("config", [TINY, TINY_MOSHI], ids=["embedded", "Kyutai's"])
def test_a_new_adapter_changes_nothing_and_alone_is_trainable(config: Any) -> None:
    model = random_model(config)
    before = logits(model)
    count = sum(isinstance(layer, torch.nn.Linear) for layer in model.modules())
    with torch.random.fork_rng():
        add_adapter(model, 4, 2.0)
    torch.testing.assert_close(logits(model), before, rtol=1e-4, atol=1e-4)
    layers = [layer for layer in model.modules() if isinstance(layer, LoRALinear)]
    assert len(layers) == count
    assert all(layer.lora_A.weight.any() for layer in layers)
    for name, value in model.named_parameters():
        assert value.requires_grad == (".lora_" in name), name


@pytest.mark.parametrize("config", [TINY, TINY_MOSHI], ids=["embedded", "Kyutai's"])
def test_merged_it_says_the_same_as_beside_the_weights(config: Any) -> None:
    model = adapted(config)
    beside = logits(model)
    assert (beside - logits(random_model(config))).abs().max() > 0.5
    merge_adapter(model)
    assert not any(isinstance(layer, LoRALinear) for layer in model.modules())
    assert set(model.state_dict()) == set(random_model(config).state_dict())
    torch.testing.assert_close(logits(model), beside, rtol=1e-3, atol=1e-3)


def test_a_saved_adapter_comes_back_to_16_bits(saved: Path) -> None:
    model, state = random_model(TINY), torch.get_rng_state()
    load_adapter(model, saved, ORIGIN)
    assert torch.equal(torch.get_rng_state(), state), "loading must not draw"
    expected = {n: v for n, v in adapted().state_dict().items() if ".lora_" in n}
    for name, value in expected.items():
        torch.testing.assert_close(model.state_dict()[name], value, rtol=1e-3, atol=1e-4)
    assert {v.dtype for v in load_file(saved).values()} == {torch.float16}
    assert set(load_file(saved)) == set(expected)
    assert read_origin(saved) == ORIGIN


@pytest.mark.parametrize(
    ("needed", "message"),
    [
        (replace(ORIGIN, base="f" * 16), "belongs to the base model 0123456789abcdef, this one"),
        (replace(ORIGIN, codec="1111"), "tokens of codec c8dd, this one is 1111"),
        (replace(ORIGIN, num_codebooks=16), "is for frames of 8 codebooks, not 16"),
        (replace(ORIGIN, rank=8), "has rank 4, the configuration says 8"),
        (replace(ORIGIN, scaling=1.0), "has scaling 2.0, the configuration says 1.0"),
    ],
)
def test_an_adapter_for_something_else_is_refused_and_the_model_left_alone(
    saved: Path, needed: AdapterOrigin, message: str
) -> None:
    model = random_model(TINY)
    keys = set(model.state_dict())
    with pytest.raises(AdapterError, match=message):
        load_adapter(model, saved, needed)
    assert set(model.state_dict()) == keys


def test_what_is_no_adapter_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "lora.safetensors"
    path.write_bytes(b"pickle")
    with pytest.raises(AdapterError, match="no readable adapter"):
        read_origin(path)
    save_file({"x": torch.zeros(1)}, path)
    with pytest.raises(AdapterError, match="metadata lack 'rank'"):
        read_origin(path)
    with pytest.raises(AdapterError, match="no readable adapter"):
        read_origin(tmp_path / "nothing")


@pytest.mark.parametrize(
    "change",
    [lambda t: t.pop(sorted(t)[0]), lambda t: t.update({"x.lora_A.weight": torch.zeros(4, 4)})],
)
def test_an_adapter_with_other_layers_is_refused(saved: Path, change: Any) -> None:
    tensors = load_file(saved)
    change(tensors)
    write(saved, tensors)
    with pytest.raises(AdapterError, match="other layers than the model"):
        load_adapter(random_model(TINY), saved, ORIGIN)


def test_an_adapter_with_other_shapes_is_refused(saved: Path) -> None:
    tensors = load_file(saved)
    name = sorted(tensors)[0]
    tensors[name] = tensors[name][:, :2].contiguous()
    write(saved, tensors)
    with pytest.raises(AdapterError, match="other shapes"):
        load_adapter(random_model(TINY), saved, ORIGIN)


def test_only_what_is_there_is_saved(tmp_path: Path) -> None:
    path = tmp_path / "lora.safetensors"
    with pytest.raises(AdapterError, match="no adapter to save"):
        save_adapter(random_model(TINY), path, ORIGIN)
    with pytest.raises(AdapterError, match=r"rank 4 and scaling 2.0, not 8 and 2.0"):
        save_adapter(adapted(), path, replace(ORIGIN, rank=8))
    assert not path.exists()


def test_a_copy_with_an_adapter_shares_nothing_with_its_original() -> None:
    model = adapted()
    before, clone = logits(model), copy.deepcopy(model)
    merge_adapter(clone)
    torch.testing.assert_close(logits(model), before, rtol=0, atol=0)


def write(path: Path, tensors: dict[str, torch.Tensor]) -> None:
    """Tensors with the metadata of ORIGIN."""
    metadata = {key: str(value) for key, value in vars(ORIGIN).items()}
    save_file(tensors, path, metadata)
