# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""One step of a token model at a time on one core, for models of the embedded one's shape.

moshi's layers cost more in overhead than in arithmetic at this size. Here embeddings are tables
with their projections multiplied in, and the depth transformer takes all tokens that are known in
one go.
"""

import copy
from collections.abc import Sequence
from functools import partial

import torch
from moshi.models.lm import LMModel
from torch import nn

from ...codec.fast_matmul import constant
from ...codec.fast_transformer import FastTransformer
from ...codec.speech_codec import never_compile, use_one_thread
from ...codec.traced_step import TracedStep, streaming_places
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
        # A graph takes no weights that are being trained.
        self._out_norm = copy.deepcopy(model.out_norm).requires_grad_(False)
        self._norms = copy.deepcopy(model.depformer_norms).requires_grad_(False)
        inputs = [layer.weight for layer in model.depformer_in]
        self._inputs = constant(torch.cat(inputs if len(inputs) > 1 else inputs * model.dep_q))
        self._heads = [constant(layer.weight) for layer in model.linears]
        self._frame = torch.empty(0)  # input of the depth transformer, [dep_q, depth dim]
        self._codebook = 0
        places = streaming_places([self._main])
        assert places is not None  # FastTransformer keeps nothing but tensors
        self._column_step = TracedStep(self._column, places)
        self._token_steps: dict[tuple[int, int], TracedStep] = {}
        self._prepare()

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

    def _prepare(self) -> None:
        """Records all that a frame meets whose first tokens are known and whose others are not;
        a frame in time could not wait for it."""
        use_one_thread()
        length = len(self._heads)
        self._column_step.record(torch.zeros(1 + 2 * length, dtype=torch.long))
        frame = torch.zeros(length, self._inputs.shape[0] // length)
        known = [(0, count) for count in range(1, length + 1)]
        for first, count in known + [(codebook, 1) for codebook in range(1, length)]:
            places = torch.zeros(count, dtype=torch.long)
            self._token_step(first, count).record(frame, places)

    def reset(self) -> None:
        self._main.reset_streaming()

    @torch.no_grad()
    def take_column(self, column: Sequence[int]) -> None:
        use_one_thread()
        (self._frame,) = self._column_step(self._read.places(0, column))
        self._codebook = 0

    def _column(self, places: torch.Tensor) -> tuple[torch.Tensor, ...]:
        x = self._read.vectors(places).sum(dim=0)
        hidden = self._out_norm(self._main(x.view(1, 1, -1)))
        return ((self._inputs @ hidden.view(-1)).view(len(self._heads), -1),)

    @torch.no_grad()
    def logits(self, tokens: Sequence[int]) -> torch.Tensor:
        use_one_thread()
        first, self._codebook = self._codebook, self._codebook + len(tokens)
        step = self._token_step(first, len(tokens))
        (logits,) = step(self._frame, self._drawn.places(first, tokens))
        return logits

    def _token_step(self, first: int, count: int) -> TracedStep:
        """What takes ``count`` tokens from codebook ``first`` on; each pair has a graph."""
        if (first, count) not in self._token_steps:
            step = partial(self._logits, first, first + count)
            self._token_steps[first, count] = TracedStep(step, self._depth.places())
        return self._token_steps[first, count]

    def _logits(
        self, first: int, end: int, frame: torch.Tensor, places: torch.Tensor
    ) -> tuple[torch.Tensor, ...]:
        x = frame[first:end] + self._drawn.vectors(places)
        y = self._norms[end - 1](self._depth(x, first)[None, -1:])
        return (self._heads[end - 1] @ y.view(-1),)


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

    def places(self, first: int, tokens: Sequence[int]) -> torch.Tensor:
        """Rows of the tokens, ``[len(tokens)]``; the first token is of embedding ``first``."""
        starts = self._starts[first : first + len(tokens)]
        places = [start + t if t >= 0 else 0 for start, t in zip(starts, tokens, strict=True)]
        return torch.tensor(places)

    def vectors(self, places: torch.Tensor) -> torch.Tensor:
        """``[len(places), dim]``"""
        return self._rows[places]


def steps_of(model: LMModel) -> TokenModelSteps:
    """The fastest steps there are for a model."""
    return FastSteps(model) if FastSteps.can_replace(model) else MoshiSteps(model)
