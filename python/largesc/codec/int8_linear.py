# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Linear layer that computes in 8 bits: weights quantised at load, inputs at every call."""

import warnings

import torch
from torch import nn


class Int8Linear(nn.Module):
    """Rows ``[T, in]`` to about ``[T, out]``, without bias.

    Weights are symmetric with a scale per output, inputs asymmetric with one scale per call.

    Args:
        weight: ``[out, in]``, float32.
    """

    def __init__(self, weight: torch.Tensor):
        super().__init__()
        weight = weight.detach()
        scales = (weight.abs().amax(dim=1) / 127.0).clamp_min(1e-12).double()
        zero_points = torch.zeros(len(weight), dtype=torch.int64)
        with warnings.catch_warnings():
            # torch will drop this function some day; the version is pinned, and nothing that is
            # to replace it has a fast product with so few rows yet.
            warnings.filterwarnings("ignore", message="torch.quantize_per_tensor")
            quantised = torch.quantize_per_channel(weight, scales, zero_points, 0, torch.qint8)
        self._packed = torch.ops.quantized.linear_prepack(quantised, None)

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        # Inputs in 7 bits: with 8, AVX2 without VNNI would overflow its 16-bit sums, and results
        # would depend on the processor.
        return torch.ops.quantized.linear_dynamic(rows, self._packed, reduce_range=True)
