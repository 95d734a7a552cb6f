# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A token model that computes in 8 bits on the CPU.

moshi's own ``quantize`` needs bitsandbytes and CUDA. Here the feed-forward layers and the heads,
two thirds of the weights of Kyutai's models that a step reads, become torch's dynamically quantised
ones. Attention stays: moshi looks into its layers for device and type.
"""

import torch
from moshi.models.lm import LMModel
from moshi.modules.gating import ActivationGating
from moshi.modules.transformer import StreamingTransformerLayer
from torch import nn

from ...codec.int8_linear import Int8Linear


class _Quantised(nn.Module):
    """``[*, in]`` to ``[*, out]`` in the type of its input, without bias."""

    def __init__(self, linear: nn.Linear):
        super().__init__()
        self._linear = Int8Linear(linear.weight.float())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y: torch.Tensor = self._linear(x.float())
        return y.to(x.dtype)


def compute_in_int8(model: LMModel) -> None:
    """Exchanges the layers in place; the model can no longer be trained or saved."""
    for module in model.modules():
        if isinstance(module, ActivationGating):
            module.linear_in = _Quantised(module.linear_in)
            module.linear_out = _Quantised(module.linear_out)
        elif isinstance(module, StreamingTransformerLayer) and module.gating is None:
            module.linear1 = _Quantised(module.linear1)
            module.linear2 = _Quantised(module.linear2)
    model.depformer_in = nn.ModuleList(_Quantised(layer) for layer in model.depformer_in)
    model.linears = nn.ModuleList(_Quantised(layer) for layer in model.linears)
