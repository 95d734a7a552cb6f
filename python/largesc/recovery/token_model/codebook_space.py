# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens as points: sums of a codec's codebook vectors, and back to the nearest tokens."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...frame.tokens import MISSING_TOKEN, NUM_CODEBOOKS, Tokens

if TYPE_CHECKING:
    from ...codec.speech_codec import SpeechCodec

Point = NDArray[np.float32]


class CodebookSpace:
    """The latent that a codec's decoder takes, before the linear projections behind the quantiser.

    Where the quantiser is split (Kyutai's Mimi: codebook 0, codebooks 1..7), a point is both sums
    one behind the other. Linear interpolation here is linear interpolation of the decoder's latent.

    Args:
        parts: codebook vectors of each residual quantiser, float32 ``[codebooks, cardinality, D]``.

    Attributes:
        parts: the same.
    """

    def __init__(self, parts: Sequence[NDArray[np.float32]]):
        self.parts = parts
        self._offsets = [-0.5 * np.square(part).sum(axis=2) for part in parts]
        self._starts = np.cumsum([0, *(part.shape[2] for part in parts)])
        self._first = np.cumsum([0, *(len(part) for part in parts)])  # codebook of each part

    def point(self, tokens: Tokens) -> Point:
        """Sum of the vectors of the tokens int16 ``[8]``; a missing one adds nothing."""
        sums, first = [], 0
        for part in self.parts:
            own = tokens[first : first + len(part)]
            total = np.zeros(part.shape[2], dtype=np.float32)
            for vectors, token in zip(part, own, strict=True):
                if token != MISSING_TOKEN:
                    total += vectors[token]
            sums.append(total)
            first += len(part)
        return np.concatenate(sums)

    def mixed(self, start: Tokens, end: Tokens, share: float) -> Point:
        """The point that lies a share (0..1) of the way from one frame to another."""
        return self.point(start) + np.float32(share) * (self.point(end) - self.point(start))

    def vectors(self, k: int) -> NDArray[np.float32]:
        """Vectors of codebook k, float32 ``[cardinality, D]``."""
        part = self._part_of(k)
        return self.parts[part][k - self._first[part]]

    def offsets(self, k: int) -> NDArray[np.float32]:
        """Half the squared length of each vector of codebook k, negative, float32
        ``[cardinality]``: the vector e nearest to x has the largest ``x · e + offset``."""
        part = self._part_of(k)
        return self._offsets[part][k - self._first[part]]

    def rest(self, k: int, point: Point, tokens: Tokens) -> Point:
        """What of a point is left for codebook k, float32 ``[D]``: the tokens of the codebooks
        before it in its quantiser are taken off. None of them may be missing."""
        part = self._part_of(k)
        rest = point[self._starts[part] : self._starts[part + 1]].copy()
        for before in range(self._first[part], k):
            rest -= self.vectors(before)[tokens[before]]
        return rest

    def _part_of(self, k: int) -> int:
        return int(np.searchsorted(self._first, k, side="right")) - 1

    def nearest(self, point: Point, known: Tokens, count: int = NUM_CODEBOOKS) -> Tokens:
        """Tokens int16 ``[8]`` whose sum lies close to a point, known ones kept.

        Codebook by codebook the vector nearest to what is left, as the encoder chooses; what is
        missing behind the first ``count`` codebooks stays missing.
        """
        tokens, k = known.copy(), 0
        for part, offsets, start in zip(self.parts, self._offsets, self._starts, strict=False):
            rest = point[start : start + part.shape[2]].copy()
            for vectors, offset in zip(part, offsets, strict=True):
                if tokens[k] == MISSING_TOKEN and k < count:
                    tokens[k] = np.argmax(vectors @ rest + offset)
                if tokens[k] != MISSING_TOKEN:
                    rest -= vectors[tokens[k]]
                k += 1
        return tokens


def codebook_space(codec: "SpeechCodec") -> CodebookSpace:
    """The space of a loaded codec."""
    return CodebookSpace([np.stack([c.numpy() for c in part]) for part in codec.codebooks])
