# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""moshi's streaming transformer for one stream, without its overhead.

At one or two steps per frame the time goes into reading weights and into small operations. Here
what all layers share (rotation, mask, place in the cache) is computed once per frame, the layer
scales are part of the weights, and products read the weights in the fast order. The cache is
moshi's: a ring of exactly ``context`` entries.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import torch
from moshi.modules.streaming import State, StreamingModule
from moshi.modules.transformer import (
    LayerScale,
    StreamingTransformer,
    StreamingTransformerLayer,
)
from torch import nn
from torch.nn import functional

from .fast_matmul import constant, product
from .int8_linear import Int8Linear


@dataclass
class _Cache(State):
    """keys, values: ``[layers, heads, context, width]``; seen: steps so far, ``[]``."""

    keys: torch.Tensor
    values: torch.Tensor
    seen: torch.Tensor

    def reset(self, reset_mask: torch.Tensor) -> None:
        super().reset(reset_mask)
        self.keys.zero_()
        self.values.zero_()
        self.seen = torch.zeros_like(self.seen)


class _Step(NamedTuple):
    """What all layers share. cos, sin: ``[T, 1, width / 2]``; slots: places in the ring ``[T]``;
    visible: ``[T, context]``."""

    cos: torch.Tensor
    sin: torch.Tensor
    slots: torch.Tensor
    visible: torch.Tensor


class FastTransformer(StreamingModule[_Cache]):
    """``[1, T, dimension]`` to the same, streaming only.

    Args:
        original: its weights are copied or shared; it is not needed afterwards.
        int8: the feed-forward layers compute in 8 bits.
    """

    def __init__(self, original: StreamingTransformer, int8: bool):
        super().__init__()
        attention = original.layers[0].self_attn
        self._heads: int = attention.num_heads
        self._width: int = attention.embed_dim // attention.num_heads
        self._context: int = attention.context
        # As moshi's apply_rope computes it, to the last bit.
        pairs = torch.arange(self._width // 2, dtype=torch.float32)
        scale = -math.log(original.max_period) * 2 / self._width
        self._frequencies = constant(torch.exp(pairs * scale))
        self.layers = nn.ModuleList(_Layer(layer, int8) for layer in original.layers)

    @staticmethod
    def can_replace(original: StreamingTransformer) -> bool:
        """Whether all its layers are of the kind that Mimi has."""
        return original.positional_embedding == "rope" and all(
            _is_plain(layer) for layer in original.layers
        )

    def _init_streaming_state(self, batch_size: int) -> _Cache:
        if batch_size != 1:
            raise ValueError(f"the fast transformer runs one stream at a time, not {batch_size}")
        shape = (len(self.layers), self._heads, self._context, self._width)
        seen = torch.zeros((), dtype=torch.long)
        return _Cache(1, torch.device("cpu"), torch.zeros(shape), torch.zeros(shape), seen)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        state = self._streaming_state
        step = self._step(state.seen, x.shape[1])
        state.seen = state.seen + x.shape[1]
        y = x[0].contiguous()
        for layer, keys, values in zip(self.layers, state.keys, state.values, strict=True):
            y = layer(y, step, keys, values)
        return y[None]

    def _step(self, seen: torch.Tensor, steps: int) -> _Step:
        positions = seen + torch.arange(steps)
        angles = positions.float()[:, None, None] * self._frequencies
        newest = seen + (steps - 1)
        held = newest - (newest - torch.arange(self._context)) % self._context
        age = positions[:, None] - held
        visible = (held >= 0) & (age >= 0) & (age < self._context)
        return _Step(angles.cos(), angles.sin(), positions % self._context, visible)


class _Layer(nn.Module):
    """One layer; its state is the slice of the cache it is given."""

    def __init__(self, original: StreamingTransformerLayer, int8: bool):
        super().__init__()
        attention = original.self_attn
        self._heads: int = attention.num_heads
        self.norm1, self.norm2 = original.norm1, original.norm2
        self.activation = original.activation
        self.in_proj = _Linear(attention.in_projs[0].weight)
        out_proj = _scaled(attention.out_projs[0].weight, original.layer_scale_1)
        self.out_proj = _Linear(out_proj)
        feed_forward = Int8Linear if int8 else _Linear
        self.linear1 = feed_forward(original.linear1.weight)
        self.linear2 = feed_forward(_scaled(original.linear2.weight, original.layer_scale_2))

    def forward(
        self, x: torch.Tensor, step: _Step, keys: torch.Tensor, values: torch.Tensor
    ) -> torch.Tensor:
        x = x + self.out_proj(self._attend(self.norm1(x), step, keys, values))
        return x + self.linear2(self.activation(self.linear1(self.norm2(x))))

    def _attend(
        self, x: torch.Tensor, step: _Step, keys: torch.Tensor, values: torch.Tensor
    ) -> torch.Tensor:
        """Rows ``[T, dimension]``, with those of this frame added to the cache."""
        steps = x.shape[0]
        query, key, value = self.in_proj(x).reshape(steps, 3, self._heads, -1).unbind(1)
        keys.index_copy_(1, step.slots, _rotate(key, step).transpose(0, 1))
        values.index_copy_(1, step.slots, value.transpose(0, 1))
        attended = functional.scaled_dot_product_attention(
            _rotate(query, step).transpose(0, 1)[None],
            keys[None],
            values[None],
            step.visible,
        )
        return attended[0].transpose(0, 1).reshape(steps, -1)


class _Linear(nn.Module):
    """Rows ``[T, in]`` to ``[T, out]`` without bias."""

    def __init__(self, weight: torch.Tensor):
        super().__init__()
        self._weight = constant(weight.contiguous())

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        return product(rows.contiguous(), self._weight)


def _rotate(x: torch.Tensor, step: _Step) -> torch.Tensor:
    """Rotary position embedding (Su et al. 2021) of ``[T, heads, width]``, pairs interleaved."""
    real, imaginary = x.unflatten(-1, (-1, 2)).unbind(-1)
    rotated = (
        real * step.cos - imaginary * step.sin,
        real * step.sin + imaginary * step.cos,
    )
    return torch.stack(rotated, dim=-1).flatten(-2)


def _scaled(weight: torch.Tensor, scale: nn.Module) -> torch.Tensor:
    """The weights with the layer scale behind them multiplied in."""
    if isinstance(scale, LayerScale):
        return weight.detach() * scale.scale.detach()[:, None]
    return weight


def _is_plain(layer: StreamingTransformerLayer) -> bool:
    attention = layer.self_attn
    return (
        not layer.skip_self_attn
        and layer.gating is None
        and layer.cross_attention is None
        and isinstance(layer.norm1, nn.LayerNorm)
        and attention.causal
        and attention.context is not None
        and attention.kv_repeat == 1
        and not attention.weights_per_step
    )
