# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Targets that know which tokens sound alike.

To cross entropy on one right token in 2048 its neighbour in the codebook is as wrong as any other,
and in 9 h of speech a token is met about 200 times. Part of the target can go to the tokens whose
vectors lie near the right one (soft labels by distance: Diaz and Marathe, "Soft labels for ordinal
regression", CVPR 2019, there in one dimension). docs/training.md has what it gave.
"""

from dataclasses import dataclass

import torch
from torch.nn import functional

NEAR = 16  # tokens that share a target, the right one among them


@dataclass(frozen=True)
class NearTokens:
    """Targets of all codebooks.

    Attributes:
        tokens: int64 ``[codebooks, cardinality, NEAR]``, those near each token, itself first.
        shares: float32, alike; what each gets of the target, 1 in sum.
    """

    tokens: torch.Tensor
    shares: torch.Tensor

    def cross_entropy(self, k: int, logits: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        """Sum over float32 ``[N, cardinality]`` logits of codebook k for int64 ``[N]`` tokens."""
        scores = functional.log_softmax(logits, dim=1)
        return -(scores.gather(1, self.tokens[k, right]) * self.shares[k, right]).sum()

    def to(self, device: torch.device | str) -> "NearTokens":
        """The same on another device."""
        return NearTokens(self.tokens.to(device), self.shares.to(device))


def near_tokens(codebooks: torch.Tensor, share: float) -> NearTokens:
    """Targets from a codec's codebook vectors.

    A share goes to the NEAR nearest tokens, the right one included, as exp(-d²/m), with d the
    distance and m the median over the codebook of the squared distance to the nearest other token;
    the rest goes to the right token.

    Args:
        codebooks: float32 ``[codebooks, cardinality, D]``; cardinality at least NEAR.
        share: 0..1.

    Raises:
        ValueError: fewer tokens than NEAR, or a share out of range.
    """
    if codebooks.shape[1] < NEAR or not 0 <= share <= 1:
        raise ValueError(f"needs {NEAR} tokens and a share of 0..1, not {share}")
    tokens, shares = [], []
    for vectors in codebooks:
        distances, nearest = torch.cdist(vectors, vectors).square().topk(NEAR, largest=False)
        own = nearest == torch.arange(len(vectors))[:, None]
        spread = (-distances / distances[:, 1].median()).softmax(dim=1)
        tokens.append(nearest)
        shares.append(share * spread + (1 - share) * own)
    return NearTokens(torch.stack(tokens), torch.stack(shares))
