# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Embedding whose table belongs to another one."""

import torch
from moshi.models.lm_utils import ScaledEmbedding
from torch import nn
from torch.nn import functional


class SharedTable(nn.Module):
    """Tokens ``[*]`` to vectors ``[*, dim]``: another embedding's table, a projection of its own.

    A token means the same in both streams and in the depth transformer; what each makes of it
    differs. moshi's ScaledEmbedding with ``low_rank`` is a table and a projection as well; its
    table is used here, and neither stored nor counted again. -1 gives exactly zero.

    Args:
        owner: embedding with a table ``[tokens, rank]``.
        dim: width of the result.
    """

    def __init__(
        self,
        owner: ScaledEmbedding,
        dim: int,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ):
        super().__init__()
        self._owner = (owner,)  # in a tuple it is no child of this module
        rank = owner.embedding_dim
        self.low_rank = nn.Linear(rank, dim, bias=False, device=device, dtype=dtype)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        vectors = functional.embedding(tokens.clamp_min(0), self._owner[0].weight)
        y: torch.Tensor = self.low_rank(vectors * (tokens >= 0)[..., None])
        return y
