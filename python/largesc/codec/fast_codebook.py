# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nearest codebook vector by one matrix product."""

import torch
from moshi.quantization.core_vq import EuclideanCodebook
from torch import nn
from torch.nn import functional

from .fast_matmul import constant


class FastCodebook(nn.Module):
    """moshi's ``EuclideanCodebook`` for use, not for training.

    The nearest of the vectors e to x is the one with the largest x·e - |e|²/2; the lengths are
    known beforehand. moshi's ``cdist`` computes them anew and copies the codebook every time.

    Args:
        original: its vectors are copied; it is not needed afterwards.
    """

    def __init__(self, original: EuclideanCodebook):
        super().__init__()
        vectors = original.embedding.detach().contiguous()
        self.embedding = constant(vectors)
        self._offset = constant(-0.5 * vectors.square().sum(dim=1))

    def encode(self, x: torch.Tensor) -> torch.Tensor:
        """Indices ``[*]`` of the vectors nearest to ``[*, dimension]``."""
        rows = x.flatten(0, -2)
        return torch.addmm(self._offset, rows, self.embedding.t()).argmax(dim=1).view(x.shape[:-1])

    def decode(self, codes: torch.Tensor) -> torch.Tensor:
        """Vectors ``[*, dimension]`` of the indices ``[*]``."""
        return functional.embedding(codes, self.embedding)
