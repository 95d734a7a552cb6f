# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Targets that share with tokens that sound alike."""

import pytest
import torch
from largesc_training.token_model.lost_tokens import Answers, cross_entropies
from largesc_training.token_model.near_tokens import NEAR, near_tokens
from torch.nn import functional

TOKENS = torch.tensor([3, 30, 63])


def line() -> torch.Tensor:
    """Two codebooks of 64 vectors: a line with a growing step, and the same the other way."""
    places = torch.linspace(0, 8, 64) ** 1.1
    return torch.stack([places[:, None], places.flip(0)[:, None]])


def answer_of(logits: torch.Tensor) -> Answers:
    return Answers(logits, TOKENS, torch.ones(1, len(TOKENS), dtype=torch.bool))


def test_a_target_is_spread_over_the_nearest_and_sums_to_one() -> None:
    near = near_tokens(line(), share=0.5)
    assert near.tokens.shape == (2, 64, NEAR)
    torch.testing.assert_close(near.shares.sum(dim=2), torch.ones(2, 64))
    assert (near.tokens[:, :, 0] == torch.arange(64)).all()
    assert (near.shares[:, :, 0] > 0.5).all()  # its own half, and a part of the other
    assert (near.shares.diff(dim=2) <= 1e-7).all()  # the nearer, the more
    assert set(near.tokens[0, 30, :3].tolist()) == {29, 30, 31}


def test_without_a_share_it_is_plain_cross_entropy() -> None:
    logits = torch.randn(3, 64, generator=torch.Generator().manual_seed(1))
    found = [answer_of(logits)] * 2
    torch.testing.assert_close(
        cross_entropies(found, near_tokens(line(), share=0.0)), cross_entropies(found)
    )


def test_a_neighbour_costs_less_than_a_stranger() -> None:
    near = near_tokens(line(), share=0.7)

    def cost(tokens: torch.Tensor) -> float:
        logits = 5.0 * functional.one_hot(tokens, 64).float()
        return float(near.cross_entropy(0, logits, TOKENS))

    right, beside, far = cost(TOKENS), cost(torch.tensor([4, 31, 62])), cost((TOKENS + 32) % 64)
    assert right < beside < far


def test_impossible_targets_are_refused() -> None:
    with pytest.raises(ValueError, match="needs 16 tokens"):
        near_tokens(line()[:, : NEAR - 1], share=0.5)
    with pytest.raises(ValueError, match=r"a share of 0\.\.1, not 1\.5"):
        near_tokens(line(), share=1.5)
