# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Phones as a second task: a small network reads them from the latent while the codec trains.

It is not shipped. Words are what spectra hardly weigh: a consonant is a few quiet milliseconds.
"""

import torch
from torch import nn
from torch.nn import functional

from ..corpus.phones import UNKNOWN

CLASSES = 42  # 0 unknown, 1 to 39 sounds, 40 silence, one to spare
STEPS = 8  # per frame of 80 ms
WIDTH = 256


class PhoneHead(nn.Sequential):
    """Latent ``[B, D, T]`` to logits ``[B, 42, 8 T]``."""

    def __init__(self, dimension: int):
        super().__init__(
            nn.Conv1d(dimension, WIDTH, 3, padding=1),
            nn.GELU(),
            nn.Conv1d(WIDTH, WIDTH, 3, padding=1),
            nn.GELU(),
            nn.Conv1d(WIDTH, STEPS * CLASSES, 1),
        )

    def forward(self, latent: torch.Tensor) -> torch.Tensor:
        out = super().forward(latent)
        batch, _, frames = out.shape
        out = out.view(batch, STEPS, CLASSES, frames).permute(0, 2, 3, 1)
        return out.reshape(batch, CLASSES, STEPS * frames)


def phone_loss(logits: torch.Tensor, phones: torch.Tensor) -> torch.Tensor:
    """Mean cross entropy (nats) over the steps whose phone is known; 0 if none is."""
    each = functional.cross_entropy(logits, phones, reduction="none", ignore_index=UNKNOWN)
    return each.sum() / (phones != UNKNOWN).sum().clamp_min(1)
