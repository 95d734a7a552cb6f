# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Causal ConvNeXt block and channel-wise norm on moshi's streaming convolutions."""

import torch
from moshi.modules.conv import StreamingConv1d
from torch import nn


class ChannelNorm(nn.Module):
    """LayerNorm over the channels of ``[B, C, T]``."""

    def __init__(self, channels: int):
        super().__init__()
        self.norm = nn.LayerNorm(channels)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.norm(x.transpose(1, 2)).transpose(1, 2)


class CausalConvNeXt(nn.Module):
    """ConvNeXt block (Liu et al. 2022) with a causal depthwise convolution.

    Streams wherever its parent streams: the only state is the convolution's. Input and
    output are ``[B, channels, T]``.

    Args:
        channels: width of the residual path.
        expansion: width of the inner layer, as a multiple of ``channels``.
        kernel_size: taps of the depthwise convolution.
    """

    def __init__(self, channels: int, expansion: int, kernel_size: int = 7):
        super().__init__()
        self.depthwise = StreamingConv1d(
            channels, channels, kernel_size, groups=channels, causal=True
        )
        self.norm = nn.LayerNorm(channels)
        self.expand = nn.Linear(channels, expansion * channels)
        self.contract = nn.Linear(expansion * channels, channels)
        self.scale = nn.Parameter(torch.full((channels,), 0.1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.norm(self.depthwise(x).transpose(1, 2))
        y = self.contract(nn.functional.gelu(self.expand(y))) * self.scale
        return x + y.transpose(1, 2)
