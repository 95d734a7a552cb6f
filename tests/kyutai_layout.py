# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kyutai's language models as their files have them: names, shapes, and a file of the true size.

moshi's layers for attention have one matrix per codebook; the files have them one below the other.
"""

import json
import math
import re
import struct
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

_PROJECTION = re.compile(r"(.*self_attn\.)(in|out)_projs\.\d+\.weight")


def published_shapes(model: nn.Module) -> dict[str, list[int]]:
    """Name and shape of every tensor in the file of a model, which may be on the device "meta"."""
    shapes: dict[str, list[int]] = {}
    for name, value in model.state_dict().items():
        published = _published(name)
        if published in shapes:
            shapes[published][0] += value.shape[0]
        else:
            shapes[published] = list(value.shape)
    return shapes


def save_published(model: nn.Module, path: Path) -> None:
    """Writes a small model in 16 bits as Kyutai would."""
    parts: dict[str, list[torch.Tensor]] = {}
    for name, value in model.state_dict().items():
        parts.setdefault(_published(name), []).append(value.to(torch.bfloat16))
    save_file({name: torch.cat(values) for name, values in parts.items()}, path)


def write_sparse(shapes: dict[str, list[int]], path: Path) -> int:
    """A file with the whole header and holes for values, all of them zero; gives its size."""
    header, end = {}, 0
    for name in sorted(shapes):
        start, end = end, end + 2 * math.prod(shapes[name])
        header[name] = {"dtype": "BF16", "shape": shapes[name], "data_offsets": [start, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.truncate(8 + len(text) + end)
    return path.stat().st_size


def _published(name: str) -> str:
    found = _PROJECTION.match(name)
    if found is None:
        return name
    return found[1] + ("in_proj_weight" if found[2] == "in" else "out_proj.weight")
