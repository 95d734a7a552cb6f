# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Codebooks that follow the latents as moving averages (van den Oord et al. 2017, appendix A.1).

No gradient reaches them: a vector is the mean of what chose it lately.
"""

import torch
from torch import nn

FASTEST = 0.015  # share of itself that a vector gives up in one step, at most
DEAD = 0.05  # of the usual number of choices: below, a vector begins anew


class MovingCodebooks(nn.Module):
    """Residual codebooks; tokens are chosen one after the other, the nearest each.

    Args:
        count, size, dimension: codebooks, vectors of each, numbers of a vector.
        memory: frames that a vector remembers, of those that choose it.

    Attributes:
        vectors: float32 ``[count, size, dimension]``.
        sums, counts: moving averages of what chose a vector, per step: ``[count, size,
            dimension]`` and ``[count, size]``.
    """

    vectors: torch.Tensor
    sums: torch.Tensor
    counts: torch.Tensor

    def __init__(self, count: int, size: int, dimension: int, memory: float = 30.0):
        super().__init__()
        self._memory = memory
        self.register_buffer("vectors", torch.zeros(count, size, dimension))
        self.register_buffer("sums", torch.zeros(count, size, dimension))
        self.register_buffer("counts", torch.zeros(count, size))

    @property
    def fitted(self) -> bool:
        """Whether there are vectors."""
        return bool(self.vectors.any())

    @torch.no_grad()
    def begin(self, vectors: torch.Tensor, latents: int) -> None:
        """Takes vectors, as if each had been chosen as often as usual of so many latents a step."""
        self.vectors.copy_(vectors)
        self.counts.fill_(latents / vectors.shape[1])
        self.sums.copy_(vectors * self.counts[..., None])

    @torch.no_grad()
    def choose(self, latents: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Choices for latents ``[N, D]``.

        Returns:
            Sums of the first 1, 2, ... vectors ``[K, N, D]``, tokens ``[K, N]``, and what each
            codebook was asked for ``[K, N, D]``.
        """
        left, total = latents, torch.zeros_like(latents)
        prefixes, tokens, asked = [], [], []
        for book in self.vectors:
            # |r - c|² is least where r·c - |c|²/2 is largest.
            nearest = torch.addmm(-0.5 * book.square().sum(dim=1), left, book.t()).argmax(dim=1)
            asked.append(left)
            left, total = left - book[nearest], total + book[nearest]
            prefixes.append(total)
            tokens.append(nearest)
        return torch.stack(prefixes), torch.stack(tokens), torch.stack(asked)

    @torch.no_grad()
    def follow(self, tokens: torch.Tensor, asked: torch.Tensor) -> None:
        """Moves the vectors towards what chose them; those that nothing chooses begin anew."""
        size, latents = self.counts.shape[1], tokens.shape[1]
        # One bad batch is not worth a run: what is not finite moves nothing.
        known = torch.isfinite(asked).all(dim=2).float()  # [K, N]
        asked = torch.where(known[..., None] > 0, asked, 0.0)
        usual = latents / size
        share = min(FASTEST, usual / self._memory)
        for k in range(len(self.vectors)):
            chosen = torch.zeros_like(self.counts[k]).index_add_(0, tokens[k], known[k])
            sums = torch.zeros_like(self.sums[k]).index_add_(0, tokens[k], asked[k])
            self.counts[k].lerp_(chosen, share)
            self.sums[k].lerp_(sums, share)
            dead = self.counts[k] < DEAD * usual
            anew = asked[k][torch.randint(latents, (size,), device=tokens.device)] * usual
            self.sums[k].copy_(torch.where(dead[:, None], anew, self.sums[k]))
            self.counts[k].copy_(torch.where(dead, usual, self.counts[k]))
            self.vectors[k].copy_(self.sums[k] / self.counts[k][:, None])
