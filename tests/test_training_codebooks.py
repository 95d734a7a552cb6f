# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Codebooks that follow the latents while a codec learns."""

import torch
from largesc_training.codec.moving_codebooks import MovingCodebooks


def test_a_latent_that_is_not_finite_moves_nothing() -> None:
    torch.manual_seed(0)
    latents, books = torch.randn(64, 4), torch.randn(2, 8, 4)
    damaged = torch.cat([latents, torch.tensor([[torch.nan] * 4, [torch.inf] * 4])])
    moved = []
    for given in (latents, damaged):
        codebooks = MovingCodebooks(2, 8, 4)
        codebooks.begin(books, latents=64)
        _, tokens, asked = codebooks.choose(given)
        codebooks.follow(tokens, asked)
        moved.append(codebooks.vectors)
    assert moved[1].isfinite().all()
    assert not torch.equal(moved[1], books)
    torch.testing.assert_close(*moved, atol=0.02, rtol=0.05)  # the share counts two more
