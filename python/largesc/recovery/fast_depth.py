# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""moshi's depth transformer for one stream, without its overhead.

It takes the tokens of one frame, at most 8, one after the other or several known ones in one go; at
this size small operations cost more than arithmetic. There is no position to encode and no ring.
"""

import torch
from moshi.modules.transformer import StreamingTransformer, StreamingTransformerLayer
from torch import nn

from ..codec.fast_matmul import add_product, constant, product


class FastDepth(nn.Module):
    """Rows ``[T, dim]`` to the same, going on after those before until :meth:`restart`.

    Args:
        original: its weights are copied or shared; it is not needed afterwards.
        length: tokens of a frame.
    """

    def __init__(self, original: StreamingTransformer, length: int):
        super().__init__()
        self.layers = nn.ModuleList(_Layer(layer, length) for layer in original.layers)
        future = torch.full((length, length), -torch.inf).triu(1)
        self._future = constant(future)
        self._seen = 0

    @staticmethod
    def can_replace(original: StreamingTransformer) -> bool:
        """Whether all its layers are of the embedded model's kind."""
        return original.positional_embedding == "none" and all(
            _is_plain(layer) for layer in original.layers
        )

    def restart(self) -> None:
        """The next row is the first of a frame."""
        self._seen = 0

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        first, self._seen = self._seen, self._seen + len(x)
        future = self._future[first : self._seen, : self._seen] if len(x) > 1 else None
        for layer in self.layers:
            x = layer(x, first, future)
        return x


class _Layer(nn.Module):
    """One layer with the keys and values of the frame so far, each ``[heads, length, width]``."""

    def __init__(self, original: StreamingTransformerLayer, length: int):
        super().__init__()
        attention = original.self_attn
        self._heads: int = attention.num_heads
        width = attention.embed_dim // attention.num_heads
        self.norm1, self.norm2 = original.norm1, original.norm2
        self.activation = original.activation
        in_proj = attention.in_projs[0].weight.detach().clone()
        in_proj[: attention.embed_dim] *= width**-0.5  # queries, as attention scales them
        self._in_proj = constant(in_proj)
        self._out_proj = constant(attention.out_projs[0].weight)
        self._linear1 = constant(original.linear1.weight)
        self._linear2 = constant(original.linear2.weight)
        self._keys = constant(torch.zeros(self._heads, length, width))
        self._values = constant(torch.zeros(self._heads, length, width))

    def forward(self, x: torch.Tensor, first: int, future: torch.Tensor | None) -> torch.Tensor:
        x = add_product(x, self._attend(self.norm1(x), first, future), self._out_proj)
        hidden = self.activation(product(self.norm2(x), self._linear1))
        return add_product(x, hidden, self._linear2)

    def _attend(self, x: torch.Tensor, first: int, future: torch.Tensor | None) -> torch.Tensor:
        end = first + len(x)
        parts = product(x, self._in_proj).reshape(len(x), 3, self._heads, -1).transpose(0, 2)
        query, key, value = parts.unbind(1)  # [heads, T, width]
        self._keys[:, first:end] = key
        self._values[:, first:end] = value
        scores = query @ self._keys[:, :end].transpose(1, 2)
        if future is not None:
            scores = scores + future
        heard = torch.softmax(scores, dim=-1) @ self._values[:, :end]
        return heard.transpose(0, 1).reshape(len(x), -1)


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
