# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""One step of a token model at a time on one core, for models of the embedded one's shape.

moshi's layers cost more in overhead than in arithmetic at this size. Here embeddings are tables
with their projections multiplied in, and the depth transformer takes all tokens that are known in
one go.
"""

from collections.abc import Sequence

import torch
from moshi.models.lm import LMModel
from torch import nn

from ...codec.fast_matmul import constant
from ...codec.fast_transformer import FastTransformer
from ...codec.speech_codec import never_compile, use_one_thread
from .fast_depth import FastDepth
from .token_model_steps import MoshiSteps, TokenModelSteps


class FastSteps:
    """Steps of a model on the CPU in float32; equal to MoshiSteps up to rounding.

    Args:
        model: in evaluation mode, without adapter; it is not needed afterwards.
    """

    @torch.no_grad()
    def __init__(self, model: LMModel):
        never_compile()
        self._read = _Tables([model.text_emb, *model.emb], [model.text_card, model.card])
        self._drawn = _Tables(
            [model.depformer_text_emb, *model.depformer_emb], [model.text_card, model.card]
        )
        self._main = FastTransformer(model.transformer, int8=False)
        self._main.requires_grad_(False)
        self._main.streaming_forever(1)
        self._depth = FastDepth(model.depformer, model.dep_q)
        self._out_norm, self._norms = model.out_norm, model.depformer_norms
        inputs = [layer.weight for layer in model.depformer_in]
        self._inputs = constant(torch.cat(inputs if len(inputs) > 1 else inputs * model.dep_q))
        self._heads = [constant(layer.weight) for layer in model.linears]
        self._frame = torch.empty(0)  # input of the depth transformer, [dep_q, depth dim]
        self._codebook = 0

    @staticmethod
    def can_replace(model: LMModel) -> bool:
        """Whether all its layers are of the embedded model's kind."""
        return (
            model.device.type == "cpu"
            and model.dtype == torch.float32
            and FastTransformer.can_replace(model.transformer)
            and FastDepth.can_replace(model.depformer)
            and all(layer.bias is None for layer in model.linears)
        )

    def reset(self) -> None:
        self._main.reset_streaming()

    @torch.no_grad()
    def take_column(self, column: Sequence[int]) -> None:
        use_one_thread()
        x = self._read.vectors(0, column).sum(dim=0)
        hidden = self._out_norm(self._main(x.view(1, 1, -1)))
        self._frame = (self._inputs @ hidden.view(-1)).view(len(self._heads), -1)
        self._depth.restart()
        self._codebook = 0

    @torch.no_grad()
    def logits(self, tokens: Sequence[int]) -> torch.Tensor:
        use_one_thread()
        first, self._codebook = self._codebook, self._codebook + len(tokens)
        last = self._codebook - 1
        x = self._frame[first : self._codebook] + self._drawn.vectors(first, tokens)
        y = self._norms[last](self._depth(x)[None, -1:])
        return self._heads[last] @ y.view(-1)


class _Tables(nn.Module):
    """Embeddings one below the other in one table, -1 a row of zeros.

    Args:
        embeddings: of text, then of codebooks.
        largest: text token, codebook token.
    """

    def __init__(self, embeddings: Sequence[nn.Module], largest: Sequence[int]):
        super().__init__()
        sizes = [largest[0] + 1] + [largest[1] + 1] * (len(embeddings) - 1)
        rows = [e(torch.arange(size)) for e, size in zip(embeddings, sizes, strict=True)]
        self._rows = constant(torch.cat([torch.zeros_like(rows[0][:1]), *rows]))
        self._starts = [1 + sum(sizes[:k]) for k in range(len(sizes))]

    def vectors(self, first: int, tokens: Sequence[int]) -> torch.Tensor:
        """``[len(tokens), dim]``; the first token is of embedding ``first``."""
        starts = self._starts[first : first + len(tokens)]
        places = [start + t if t >= 0 else 0 for start, t in zip(starts, tokens, strict=True)]
        return self._rows[torch.tensor(places)]


def steps_of(model: LMModel) -> TokenModelSteps:
    """The fastest steps there are for a model."""
    return FastSteps(model) if FastSteps.can_replace(model) else MoshiSteps(model)
