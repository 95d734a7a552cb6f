# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Streaming convolutions as matrix products: the same output as moshi's, in less time.

torch computes a convolution over the few steps of one 80 ms frame by unfolding, and a transposed
one by a loop that reads the weights badly: in full-size Mimi a single one (1024 to 512 channels,
kernel 16, two steps) takes half of the decoder's time. Here each tap of the kernel is one matrix
product over all steps; a transposed convolution is one product and an overlap-add.

Tensors keep moshi's shape ``[1, channels, steps]`` but lie in memory step by step, so that a tap
is a view and no copy. Elementwise layers between two convolutions (ELU, sums) keep that order.
"""

from dataclasses import dataclass

import torch
from moshi.modules.conv import StreamingConv1d, StreamingConvTranspose1d
from moshi.modules.streaming import State, StreamingModule
from torch import nn
from torch.nn.utils import remove_weight_norm

from .fast_matmul import add_product, constant, product


@dataclass
class _History(State):
    """previous: what the next frame still needs, ``[steps, channels]``; started: it is speech,
    ``[1, 1]``."""

    previous: torch.Tensor
    started: torch.Tensor

    def reset(self, reset_mask: torch.Tensor) -> None:
        super().reset(reset_mask)
        self.previous = torch.zeros_like(self.previous)
        self.started = torch.zeros_like(self.started)


class _OneStream(StreamingModule[_History]):
    """What both convolutions share: a history of fixed shape, one stream at a time."""

    def __init__(self, history_steps: int, history_channels: int):
        super().__init__()
        self._history_shape = (history_steps, history_channels)

    def _init_streaming_state(self, batch_size: int) -> _History:
        if batch_size != 1:
            raise ValueError(f"fast convolutions run one stream at a time, not {batch_size}")
        started = torch.zeros(1, 1, dtype=torch.bool)
        return _History(1, torch.device("cpu"), torch.zeros(self._history_shape), started)


class FastConv1d(_OneStream):
    """moshi's ``StreamingConv1d``, dense or depthwise, as one product per tap.

    ``[1, in, T]`` gives ``[1, out, T / stride]``. It streams only.

    Args:
        original: its weights are copied; it is not needed afterwards.
    """

    def __init__(self, original: StreamingConv1d):
        conv = original.conv.conv
        _fold_weight_norm(conv)
        super().__init__(original._padding_total, conv.in_channels)
        self._stride: int = conv.stride[0]
        self._dilation: int = conv.dilation[0]
        self._repeats_first = original.pad_mode == "replicate"
        self._depthwise = conv.groups > 1
        taps = conv.weight.detach().permute(2, 0, 1).contiguous()  # [kernel, out, in]
        self._taps = constant(taps)
        bias = conv.bias.detach().clone() if conv.bias is not None else torch.zeros(taps.shape[1])
        self._bias = constant(bias)

    @staticmethod
    def can_replace(original: StreamingConv1d) -> bool:
        """Whether it is dense, or depthwise with as many outputs as inputs."""
        conv = original.conv.conv
        return conv.groups == 1 or conv.groups == conv.in_channels == conv.out_channels

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self._with_history(x[0].t().contiguous())
        steps = (x.shape[0] - 1 - (len(self._taps) - 1) * self._dilation) // self._stride + 1
        span = (steps - 1) * self._stride + 1
        y: torch.Tensor = self._bias
        for k, tap in enumerate(self._taps):
            start = k * self._dilation
            rows = x[start : start + span : self._stride]
            y = torch.addcmul(y, rows, tap[:, 0]) if self._depthwise else add_product(y, rows, tap)
        return y.t()[None]

    def _with_history(self, x: torch.Tensor) -> torch.Tensor:
        """Steps ``[T, in]`` behind those that the kernel still reaches back to."""
        history = self._history_shape[0]
        if not history:
            return x
        state = self._streaming_state
        previous = state.previous
        if self._repeats_first:
            previous = torch.where(state.started, previous, x[:1])
            state.started = torch.ones_like(state.started)
        x = torch.cat([previous, x])
        state.previous = x[-history:]
        return x


class FastConvTranspose1d(_OneStream):
    """moshi's ``StreamingConvTranspose1d`` with a kernel of two strides, dense or depthwise.

    ``[1, in, T]`` gives ``[1, out, T * stride]``. Every step of the input makes two strides of
    output; the second is added to the first of the next step. It streams only.

    Args:
        original: its weights are copied; it is not needed afterwards.
    """

    def __init__(self, original: StreamingConvTranspose1d):
        conv = original.convtr.convtr
        _fold_weight_norm(conv)
        self._channels: int = conv.out_channels
        width = original._stride * self._channels
        super().__init__(1, width)
        self._depthwise = conv.groups > 1
        weight = conv.weight.detach().permute(2, 1, 0)  # [kernel, out or 1, in]
        self._weight = constant(weight.flatten(0, 1).contiguous())
        bias = torch.zeros(width)
        if conv.bias is not None:
            bias = conv.bias.detach().repeat(original._stride)
        self._bias = constant(bias)

    @staticmethod
    def can_replace(original: StreamingConvTranspose1d) -> bool:
        """Whether it is dense or depthwise, and overlaps by one stride."""
        conv = original.convtr.convtr
        depthwise = conv.groups == conv.in_channels == conv.out_channels
        return original._kernel_size == 2 * original._stride and (conv.groups == 1 or depthwise)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x[0].t().contiguous()
        made = x[:, None] * self._weight if self._depthwise else product(x, self._weight)
        made = made.reshape(len(x), 2, -1)
        state = self._streaming_state
        y = torch.cat([state.previous, made[:-1, 1]])
        y += made[:, 0]
        y += self._bias
        state.previous = made[-1:, 1]
        return y.view(-1, self._channels).t()[None]


def _fold_weight_norm(conv: nn.Module) -> None:
    """Makes the weight a plain tensor where it is stored as direction and length."""
    if hasattr(conv, "weight_g"):
        remove_weight_norm(conv)
