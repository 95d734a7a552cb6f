# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Residual codebooks by k-means."""

import torch


def fit_codebooks(vectors: torch.Tensor, num_codebooks: int, size: int) -> torch.Tensor:
    """Codebooks ``[K, size, D]`` fitted one after the other to what the earlier ones leave."""
    residual, books = vectors.clone(), []
    for k in range(num_codebooks):
        book = kmeans(residual, size)
        residual = residual - book[_nearest(residual, book)]
        left = float(residual.pow(2).mean() / vectors.var(dim=0).mean())
        print(f"codebook {k}: residual variance {left:.4f}", flush=True)
        books.append(book)
    return torch.stack(books)


def kmeans(x: torch.Tensor, size: int, iterations: int = 15) -> torch.Tensor:
    """Lloyd's algorithm; empty cells restart at random vectors."""
    centres = x[torch.randperm(len(x))[:size]].clone()
    for _ in range(iterations):
        cell = _nearest(x, centres)
        count = torch.bincount(cell, minlength=size)
        total = torch.zeros_like(centres).index_add_(0, cell, x)
        centres = total / count.clamp_min(1)[:, None]
        empty = count == 0
        centres[empty] = x[torch.randint(len(x), (int(empty.sum()),))]
    return centres


def _nearest(x: torch.Tensor, centres: torch.Tensor) -> torch.Tensor:
    return torch.cat([torch.cdist(part, centres).argmin(1) for part in x.split(16384)])
