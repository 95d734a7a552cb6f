# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Safetensors files with the permissions that other files get."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
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
    fresh.touch()
    mode = (path if path.exists() else fresh).stat().st_mode
    try:
        save_file(tensors, fresh, None if metadata is None else dict(metadata))
        fresh.chmod(mode)
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)


def save_arrays(
    arrays: Mapping[str, NDArray[Any]], path: Path, metadata: Mapping[str, str] | None = None
) -> None:
    """:func:`save_tensors` of NumPy's arrays."""
    tensors = {name: torch.from_numpy(np.ascontiguousarray(one)) for name, one in arrays.items()}
    save_tensors(tensors, path, metadata)
