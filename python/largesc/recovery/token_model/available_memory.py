# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a model fits into memory, asked before it is built."""

from pathlib import Path

import torch
from torch import nn

MEMINFO = Path("/proc/meminfo")
RESERVE = 256 * 2**20  # bytes left to everything else


class NotEnoughMemoryError(ValueError):
    """A model does not fit; the message says how much is missing where."""


def available_bytes(device: torch.device) -> int | None:
    """Memory that a program may still take, None where the system does not tell.

    ``MemAvailable`` counts what the kernel can free (proc(5)).
    """
    if device.type == "cuda":
        free: int = torch.cuda.mem_get_info(device)[0]
        return free
    try:
        for line in MEMINFO.read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        return None
    return None


def needed_bytes(model: nn.Module) -> int:
    """Memory of a model's weights; the model may be on the device "meta"."""
    return sum(value.numel() * value.element_size() for value in model.state_dict().values())


def check_fits(needed: int, device: torch.device, what: str) -> None:
    """Whether so many bytes are there, and a reserve.

    Raises:
        NotEnoughMemoryError: they are not.
    """
    available = available_bytes(device)
    if available is None or fits(needed, device):
        return
    raise NotEnoughMemoryError(
        f"{what} needs {needed / 1e9:.2f} GB of memory (and {RESERVE / 1e9:.2f} GB to spare), "
        f"{device.type} has {available / 1e9:.2f} GB left: take a smaller model ('mini'), another "
        "device, fewer bits, or recovery 'hold', which needs no model"
    )


def fits(needed: int, device: torch.device) -> bool:
    """Whether so many bytes are there, and a reserve, as far as the system tells."""
    available = available_bytes(device)
    return available is None or needed + RESERVE <= available


def devices() -> list[torch.device]:
    """Where a model could run, the fastest first."""
    names = ["cuda", "cpu"] if torch.cuda.is_available() else ["cpu"]
    return [torch.device(name) for name in names]
