# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Choice of a frame's tokens: the best path through residual codebooks, not the greedy one.

The nearest vector of one codebook may leave a residual that the next ones have no vector for.
Keeping the best few paths (the M-algorithm; Barnes, Rizvi and Nasrabadi, "Advances in residual
vector quantization", IEEE Trans. Image Processing 5(2), 1996) costs the receiver nothing: it adds
up vectors as before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch


@dataclass(frozen=True)
class TokenSearch:
    """How tokens are chosen.

    Attributes:
        width: paths kept from codebook to codebook; 1 is the greedy choice.
        working_points: numbers of codebooks after which only the best path is kept, so that the
            tokens of a shorter frame are the best of their number. What is sent is a prefix, and a
            later codebook must not make the earlier ones worse.

    Raises:
        ValueError: width or a working point below 1.
    """

    width: int = 1
    working_points: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.width < 1 or any(point < 1 for point in self.working_points):
            raise ValueError("search width and working points must be at least 1")

    @torch.no_grad()
    def tokens(self, codebooks: Sequence[torch.Tensor], latents: torch.Tensor) -> torch.Tensor:
        """Tokens of latents.

        Args:
            codebooks: K tensors float32 ``[size, D]``.
            latents: float32 ``[N, D]``.

        Returns:
            int64 ``[N, K]``.
        """
        count, size = len(latents), len(codebooks[0])
        residual = latents  # [N paths, D]
        chosen = torch.zeros(count, 0, dtype=torch.long, device=latents.device)
        first = torch.arange(count, device=latents.device)[:, None]
        for number, codebook in enumerate(codebooks, start=1):
            last = number == len(codebooks) or number in self.working_points
            paths = len(residual) // count
            best = self._best(residual, codebook, count, 1 if last else self.width)
            parent = (first * paths + best // size).view(-1)
            token = (best % size).view(-1)
            residual = residual[parent] - codebook[token]
            chosen = torch.cat([chosen[parent], token[:, None]], dim=1)
        return chosen

    @staticmethod
    def _best(
        residual: torch.Tensor, codebook: torch.Tensor, count: int, keep: int
    ) -> torch.Tensor:
        """Which paths ``[N, keep]`` leave least, as path · size + token."""
        # |r - c|² is least where r·c - |c|²/2 - |r|²/2 is largest.
        lengths = -0.5 * codebook.square().sum(dim=1)
        nearness = torch.addmm(lengths, residual, codebook.t())
        nearness = nearness - 0.5 * residual.square().sum(dim=1, keepdim=True)
        return nearness.view(count, -1).topk(keep, dim=1).indices


def read_token_search(config: dict[str, Any]) -> TokenSearch | None:
    """The search a codec configuration asks for in ``token_search``; None if it does not.

    Raises:
        ValueError, TypeError: values out of range, or keys that are not a search's.
    """
    if "token_search" not in config:
        return None
    given = dict(config["token_search"])
    return TokenSearch(given.pop("width"), tuple(given.pop("working_points", ())), **given)
