# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""moshi's depth transformer for one stream, without its overhead.

It takes the tokens of one frame, at most 8, one after the other or several known ones in one go. At
this size calling an operation costs as much as its arithmetic: there is no position to encode and
no ring, layers are plain objects (calling a module costs as well), and weights lie as a product
with few rows wants them.
"""

import torch
from moshi.modules.transformer import StreamingTransformer, StreamingTransformerLayer
from torch import nn

from ...codec.traced_step import Place


class FastDepth:
    """Rows ``[T, dim]`` to the same, going on after those of the frame before them.

    Args:
        original: its weights are copied; it is not needed afterwards.
        length: tokens of a frame.
    """

    def __init__(self, original: StreamingTransformer, length: int):
        self._layers = [_Layer(layer, length) for layer in original.layers]
        self._future = torch.full((length, length), -torch.inf).triu(1)

    @staticmethod
    def can_replace(original: StreamingTransformer) -> bool:
        """Whether all its layers are of the embedded model's kind."""
        return original.positional_embedding == "none" and all(
            _is_plain(layer) for layer in original.layers
        )

    def places(self) -> list[Place]:
        """What it keeps from call to call."""
        return [Place(layer, "cache") for layer in self._layers]

    def __call__(self, x: torch.Tensor, first: int) -> torch.Tensor:
        """Rows from the one that is number ``first`` in its frame on."""
        end = first + x.shape[0]
        future = self._future[first:end, :end] if x.shape[0] > 1 else None
        for layer in self._layers:
            x = layer(x, first, future)
        return x


class _Layer:
    """One layer; cache: keys and values of the frame so far, ``[2, heads, length, width]``."""

    def __init__(self, original: StreamingTransformerLayer, length: int):
        attention = original.self_attn
        self._heads: int = attention.num_heads
        self._width: int = attention.embed_dim // attention.num_heads
        in_proj = attention.in_projs[0].weight.detach().clone()
        in_proj[: attention.embed_dim] *= self._width**-0.5  # queries, as attention scales them
        self._in_proj = in_proj.t().contiguous()
        self._out_proj = _transposed(attention.out_projs[0])
        self._linear1, self._linear2 = _transposed(original.linear1), _transposed(original.linear2)
        self._activation = original.activation
        self._norm1, self._norm2 = _norm(original.norm1), _norm(original.norm2)
        self.cache = torch.zeros(2, self._heads, length, self._width)

    def __call__(self, x: torch.Tensor, first: int, future: torch.Tensor | None) -> torch.Tensor:
        attended = self._attend(torch.layer_norm(x, *self._norm1), first, future)
        x = torch.addmm(x, attended, self._out_proj)
        hidden = torch.mm(torch.layer_norm(x, *self._norm2), self._linear1)
        return torch.addmm(x, self._activation(hidden), self._linear2)

    def _attend(self, x: torch.Tensor, first: int, future: torch.Tensor | None) -> torch.Tensor:
        steps = x.shape[0]
        end = first + steps
        projected = torch.mm(x, self._in_proj).view(steps, 3, self._heads, self._width)
        parts = projected.permute(1, 2, 0, 3)  # query, key, value; each [heads, T, width]
        self.cache[:, :, first:end] = parts[1:]
        keys, values = self.cache[:, :, :end].unbind(0)
        scores = torch.bmm(parts[0], keys.transpose(1, 2))
        if future is not None:
            scores = scores + future
        attended = torch.bmm(torch.softmax(scores, dim=-1), values)
        return attended.transpose(0, 1).reshape(steps, -1)


def _transposed(linear: nn.Linear) -> torch.Tensor:
    return linear.weight.detach().t().contiguous()


def _norm(
    norm: nn.LayerNorm,
) -> tuple[tuple[int, ...], torch.Tensor | None, torch.Tensor | None, float]:
    """Arguments of ``torch.layer_norm`` behind its input."""
    weight, bias = (None if value is None else value.detach() for value in (norm.weight, norm.bias))
    return norm.normalized_shape, weight, bias, norm.eps


def _is_plain(layer: StreamingTransformerLayer) -> bool:
    return (
        not layer.skip_self_attn
        and layer.gating is None
        and layer.cross_attention is None
        and isinstance(layer.norm1, nn.LayerNorm)
        and isinstance(layer.layer_scale_1, nn.Identity)
        and layer.self_attn.kv_repeat == 1
        and not layer.self_attn.weights_per_step
    )
