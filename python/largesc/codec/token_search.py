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
        count = len(latents)
        residual = latents[:, None]  # [N, paths, D]
        paths = torch.zeros(count, 1, 0, dtype=torch.long, device=latents.device)
        for number, codebook in enumerate(codebooks, start=1):
            last = number == len(codebooks) or number in self.working_points
            parent, token = self._best(residual, codebook, 1 if last else self.width)
            rows = torch.arange(count, device=latents.device)[:, None]
            residual = residual[rows, parent] - codebook[token]
            paths = torch.cat([paths[rows, parent], token[..., None]], dim=2)
        return paths[:, 0]

    def _best(
        self, residual: torch.Tensor, codebook: torch.Tensor, keep: int
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Parents and tokens ``[N, keep]`` of the paths that leave least."""
        # |r - c|² = |r|² - 2 (r·c - |c|²/2)
        nearness = residual @ codebook.t() - 0.5 * codebook.square().sum(dim=1)
        near, token = nearness.topk(keep, dim=2)
        left = residual.square().sum(dim=2, keepdim=True) - 2.0 * near
        best = left.flatten(1).topk(keep, dim=1, largest=False).indices
        return best // keep, token.flatten(1).gather(1, best)


def read_token_search(config: dict[str, Any]) -> TokenSearch | None:
    """The search a codec configuration asks for in ``token_search``; None if it does not.

    Raises:
        ValueError, TypeError: values out of range, or keys that are not a search's.
    """
    if "token_search" not in config:
        return None
    given = dict(config["token_search"])
    return TokenSearch(given.pop("width"), tuple(given.pop("working_points", ())), **given)
