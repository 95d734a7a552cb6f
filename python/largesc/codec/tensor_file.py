# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Safetensors files with the permissions that other files get."""

import os
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import save_file


def save_tensors(
    tensors: dict[str, torch.Tensor], path: Path, metadata: Mapping[str, str] | None = None
) -> None:
    """Writes a file that others may read as far as the umask lets them.

    safetensors itself leaves a file that is its owner's alone. A write that fails, or is killed,
    leaves an earlier file as it was.

    Args:
        tensors: contiguous, by name.
        path: of the file; one that is there keeps its permissions.
        metadata: goes into the header.
    """
    fresh = path.with_name(f"new-{path.name}")
    save_file(tensors, fresh, None if metadata is None else dict(metadata))
    path.touch()
    fresh.chmod(path.stat().st_mode)
    os.replace(fresh, path)
