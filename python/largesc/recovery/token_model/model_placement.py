# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a token model computes, and in how many bits, where nobody said so."""

import json
import struct
from dataclasses import dataclass
from pathlib import Path

import torch

from .available_memory import devices, fits
from .token_model_files import TokenModelFiles

AUTO = "auto"


@dataclass(frozen=True)
class ModelPlacement:
    """precision: float32, bfloat16 or int8; device: as torch names it."""

    precision: str
    device: str

    @property
    def dtype(self) -> torch.dtype:
        """Of the weights."""
        return torch.float32 if self.precision == "float32" else torch.bfloat16

    @property
    def int8(self) -> bool:
        """Feed-forward layers and heads compute in 8 bits."""
        return self.precision == "int8"


def place_model(files: TokenModelFiles, precision: str, device: str) -> ModelPlacement:
    """What ``auto`` means for a model.

    Weights stored in 16 bits (Kyutai's) compute in 16 bits, on a GPU that has room for them;
    others, the embedded model's, in 32 bits on the CPU, where a step is quicker than on a GPU.

    Raises:
        ValueError: weights that are no safetensors file.
    """
    if precision == AUTO:
        precision = "bfloat16" if _stored_in_16_bits(files.weights) else "float32"
    if device == AUTO:
        device = "cpu"
        if precision == "bfloat16":
            size = files.weights.stat().st_size
            device = next((d.type for d in devices() if fits(size, d)), "cpu")
    return ModelPlacement(precision, device)


def _stored_in_16_bits(weights: Path) -> bool:
    """From the file's header, which tells the type of every tensor."""
    try:
        with weights.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            header = json.loads(file.read(min(length, weights.stat().st_size)))
        return any(entry.get("dtype") == "BF16" for entry in header.values())
    except (ValueError, struct.error, AttributeError) as error:
        raise ValueError(f"{weights.name} is no readable safetensors file ({error})") from error
