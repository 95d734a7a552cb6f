# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""LoRA adapters of a token model: added, trained elsewhere, saved, loaded, merged.

An adapter is a safetensors file with moshi's keys (``<layer>.lora_A.weight``) in 16 bits. Its
metadata says what it belongs to: rank, scaling, fingerprints of base model and codec, codebooks.
"""

import math
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from moshi.models.lm import LMModel
from moshi.modules.lora import (
    LoRALinear,
    replace_all_linear_with_lora,
    replace_lora_with_linear,
)
from safetensors import safe_open
from torch import nn

from ...codec.tensor_file import save_tensors


class AdapterError(ValueError):
    """An adapter cannot be used with what is there; the message says why."""


@dataclass(frozen=True)
class AdapterOrigin:
    """What an adapter was trained for.

    Attributes:
        rank: of its matrices.
        scaling: factor on their product.
        base: fingerprint of the base model (``model_fingerprint``).
        codec: fingerprint of the codec that made the tokens.
        num_codebooks: of a frame.
    """

    rank: int
    scaling: float
    base: str
    codec: str
    num_codebooks: int


def add_adapter(model: LMModel, rank: int, scaling: float) -> None:
    """Puts a new adapter on every linear layer; the model computes as before.

    Only the adapter remains trainable. A is drawn from torch's global generator as Hu et al. 2021
    do (uniform, Kaiming), B is zero; moshi leaves both at the default of a linear layer.
    """
    replace_all_linear_with_lora(model, rank, scaling)
    model.requires_grad_(False)
    for layer in _adapted(model):
        nn.init.kaiming_uniform_(layer.lora_A.weight, a=math.sqrt(5))
        nn.init.zeros_(layer.lora_B.weight)
        layer.lora_A.requires_grad_(True)
        layer.lora_B.requires_grad_(True)


def save_adapter(model: LMModel, path: Path, origin: AdapterOrigin) -> None:
    """Writes the adapter of a model that has one.

    Raises:
        AdapterError: the model has none, or one of another rank or scaling than stated.
    """
    layers = _adapted(model)
    if not layers:
        raise AdapterError("the model has no adapter to save")
    for layer in layers:
        if (layer.rank, layer.scaling) != (origin.rank, origin.scaling):
            raise AdapterError(
                f"the model's adapter has rank {layer.rank} and scaling {layer.scaling}, not "
                f"{origin.rank} and {origin.scaling}"
            )
    tensors = {
        name: value.to(torch.float16).contiguous()
        for name, value in model.state_dict().items()
        if ".lora_" in name
    }
    metadata = {key: str(value) for key, value in asdict(origin).items()}
    save_tensors(tensors, path, metadata)


def read_origin(path: Path) -> AdapterOrigin:
    """What the adapter in a file was trained for.

    Raises:
        AdapterError: the file is no adapter.
    """
    try:
        with safe_open(path, "pt") as file:
            found = file.metadata() or {}
        return AdapterOrigin(
            int(found["rank"]),
            float(found["scaling"]),
            found["base"],
            found["codec"],
            int(found["num_codebooks"]),
        )
    except KeyError as error:
        raise AdapterError(f"{path.name} is no adapter: its metadata lack {error}") from error
    except Exception as error:  # safetensors raises its own type for a damaged file
        raise AdapterError(f"{path.name} is no readable adapter ({error})") from error


def check_origin(origin: AdapterOrigin, needed: AdapterOrigin, name: str) -> None:
    """Whether an adapter fits what is there.

    Raises:
        AdapterError: it does not; the message names the first thing that differs.
    """
    say = {
        "num_codebooks": "is for frames of {} codebooks, not {}",
        "codec": "was trained on tokens of codec {}, this one is {}",
        "base": "belongs to the base model {}, this one is {}",
        "rank": "has rank {}, the configuration says {}",
        "scaling": "has scaling {}, the configuration says {}",
    }
    for field, sentence in say.items():
        found, expected = getattr(origin, field), getattr(needed, field)
        if found != expected:
            raise AdapterError(f"adapter {name} {sentence.format(found, expected)}")


def load_adapter(model: LMModel, path: Path, needed: AdapterOrigin) -> None:
    """Puts the adapter in a file on a model, not merged.

    Raises:
        AdapterError: it was trained for something else, or its layers are not the model's. The
            origin is looked at before the model is touched.
    """
    check_origin(read_origin(path), needed, path.name)
    like = next(model.parameters())
    with safe_open(path, "pt") as file:
        tensors = {name: file.get_tensor(name).to(like) for name in file.keys()}  # noqa: SIM118
    with torch.random.fork_rng(devices=[]):  # what it draws is replaced at once
        add_adapter(model, needed.rank, needed.scaling)
    expected = {name for name in model.state_dict() if ".lora_" in name}
    if expected != set(tensors):
        differing = sorted(expected ^ set(tensors))
        raise AdapterError(f"adapter {path.name} has other layers than the model: {differing[:3]}")
    try:
        model.load_state_dict(tensors, strict=False)
    except RuntimeError as error:
        raise AdapterError(f"adapter {path.name} has other shapes: {str(error)[:300]}") from error


def merge_adapter(model: LMModel) -> None:
    """Adds the adapter to the weights it belongs to; plain linear layers remain."""
    replace_lora_with_linear(model)
    model.requires_grad_(False)


def _adapted(model: nn.Module) -> list[LoRALinear]:
    return [module for module in model.modules() if isinstance(module, LoRALinear)]
