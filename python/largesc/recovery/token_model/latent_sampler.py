# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chooses tokens by where they lie in the codec's latent, not by their probability alone."""

from typing import NamedTuple

import torch

from .codebook_space import CodebookSpace
from .sampling_settings import SamplingSettings
from .token_sampler import Draw, Hole, TokenSampler, with_soft_bits


class _Table(NamedTuple):
    """A codebook's vectors e ``[cardinality, D]``, -|e|²/2, and the mean of |e|²."""

    vectors: torch.Tensor
    offsets: torch.Tensor
    power: float


class LatentSampler:
    """A model's distribution, joined with the straight line between known frames.

    Two experts on where the lost frame lies are multiplied (Hinton 2002, "Training products of
    experts by minimizing contrastive divergence"): the model's distribution over tokens, and a
    normal distribution around the point on the line, less the codebooks chosen before. Its
    variance in each direction is that of a random walk between known frames times the codebook's
    mean square times ``2 / prior``. A frame lost alone between two known ones has variance 1/2 in
    the walk, so that its logits lose ``prior · |e - rest|² / (2 · mean square)``.

    Then, with ``nearest``, the token is that of the ``top_k`` likeliest whose vector lies nearest
    to the mean of all vectors under the distribution: the smallest expected squared error in the
    latent (minimum Bayes risk: Kumar and Byrne 2004), among tokens that people do say there. Where
    bits of the token came, it is the likeliest one: mostly that is what was sent.

    Args:
        settings: see there.
        space: of the codec.
        device: of the logits.
    """

    def __init__(
        self, settings: SamplingSettings, space: CodebookSpace, device: torch.device | str = "cpu"
    ):
        self._settings, self._space, self._device = settings, space, device
        self._draws = TokenSampler(settings, device)
        self._tables: dict[int, _Table] = {}

    def reset(self) -> None:
        self._draws.reset()

    def sample(self, logits: torch.Tensor, hole: Hole) -> Draw:
        logits = logits.float()
        table = self._table(hole.k)
        joined = logits / self._settings.temperature + self._line(table, hole)
        joined, logits = with_soft_bits(joined, hole), with_soft_bits(logits, hole)
        if hole.soft is not None and hole.soft.any():
            token = int(joined.argmax())
        elif self._settings.nearest and not self._settings.greedy:
            token = self._nearest(joined.softmax(dim=-1), table)
        else:
            token = self._draws.sample(self._settings.temperature * joined).token
        return Draw(token, float(torch.softmax(logits, dim=-1)[token]))

    def _line(self, table: _Table, hole: Hole) -> torch.Tensor | float:
        """What the line adds to logits, up to a constant."""
        if hole.expected is None or not self._settings.prior:
            return 0.0
        rest = self._space.rest(hole.k, hole.expected.point, hole.tokens)
        products = table.vectors @ torch.from_numpy(rest).to(self._device) + table.offsets
        return products * (self._settings.prior / (2 * hole.expected.variance * table.power))

    def _nearest(self, probabilities: torch.Tensor, table: _Table) -> int:
        count = min(self._settings.top_k or len(probabilities), len(probabilities))
        likeliest = probabilities.topk(count).indices
        mean = probabilities @ table.vectors
        scores = table.vectors[likeliest] @ mean + table.offsets[likeliest]
        return int(likeliest[scores.argmax()])

    def _table(self, k: int) -> _Table:
        if k not in self._tables:
            vectors, offsets = (
                torch.from_numpy(array).to(self._device)
                for array in (self._space.vectors(k), self._space.offsets(k))
            )
            self._tables[k] = _Table(vectors, offsets, float(-2.0 * offsets.mean()))
        return self._tables[k]
