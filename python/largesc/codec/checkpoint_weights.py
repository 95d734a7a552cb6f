# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Weights of the embedded codec in 8 bits: small enough to live in the repository.

Matrices are stored as int8 with one float32 scale per output row (``<name>.scale``), everything
else as float16. Files without scales (Kyutai's) load as they are, in moshi's layout or in
transformers'.
"""

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn

from .tensor_file import save_tensors
from .transformers_layout import from_transformers, is_transformers_layout

SCALE = ".scale"
SMALLEST_MATRIX = 4096  # values; smaller tensors gain nothing


def save_weights(model: nn.Module, path: Path) -> None:
    """Writes the model's state in 8 bits."""
    packed: dict[str, torch.Tensor] = {}
    for name, value in model.state_dict().items():
        if value.dim() < 2 or value.numel() < SMALLEST_MATRIX:
            packed[name] = value.to(torch.float16)
            continue
        rows = value.flatten(1)
        scale = (rows.abs().amax(dim=1) / 127.0).clamp_min(1e-12)
        steps = torch.round(rows / scale[:, None]).clamp(-127, 127)
        packed[name] = steps.to(torch.int8).view_as(value)
        packed[name + SCALE] = scale
    save_tensors({name: value.contiguous() for name, value in packed.items()}, path)


def read_weights(path: Path) -> dict[str, torch.Tensor]:
    """All tensors of a safetensors file as float32, by their names in it.

    Raises:
        ValueError: no safetensors file.
    """
    try:
        stored = load_file(path)
    except Exception as error:  # safetensors raises its own type for a damaged file
        raise ValueError(f"{path.name} is no readable safetensors file ({error})") from error
    weights = {}
    for name, value in stored.items():
        if name.endswith(SCALE) and name.removesuffix(SCALE) in stored:
            continue
        scale = stored.get(name + SCALE)
        value = value.float()
        if scale is not None:
            value = value * scale.view(-1, *[1] * (value.dim() - 1))
        weights[name] = value
    return weights


def load_weights(model: nn.Module, path: Path) -> None:
    """Reads a safetensors file into the model, as float32.

    Raises:
        ValueError: no safetensors file, or keys and shapes that are not the model's.
    """
    state = read_weights(path)
    if is_transformers_layout(state):
        state = from_transformers(state)
    try:
        model.load_state_dict(state)
    except RuntimeError as error:
        raise ValueError(str(error).split("\n")[0] + " " + str(error)[:300]) from error
