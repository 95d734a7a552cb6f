# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens chosen in the latent: the line between known frames, and the token nearest to the mean."""

from typing import Any

import numpy as np
import pytest
import torch
from gnuradio.largesc.recovery.token_model.codebook_space import CodebookSpace
from gnuradio.largesc.recovery.token_model.latent_line import Expected, LatentLine
from gnuradio.largesc.recovery.token_model.latent_sampler import LatentSampler
from gnuradio.largesc.recovery.token_model.sampling_settings import SamplingSettings
from gnuradio.largesc.recovery.token_model.token_sampler import Hole, TokenSampler
from scipy.stats import norm

NONE = np.full(8, -1, dtype=np.int16)
CARD = 64


def space() -> CodebookSpace:
    """A split quantiser, as Kyutai's: codebook 0 alone, 1..7 in a space of their own."""
    random = np.random.default_rng(0)
    return CodebookSpace(
        [random.normal(size=shape).astype(np.float32) for shape in ((1, CARD, 3), (7, CARD, 2))]
    )


def frame(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, CARD, 8).astype(np.int16)


def logits(seed: int, scale: float = 1.0) -> torch.Tensor:
    return scale * torch.randn(CARD, generator=torch.Generator().manual_seed(seed))


def choose(hole: Hole, given: torch.Tensor, **settings: Any) -> int:
    return LatentSampler(SamplingSettings(**settings), space()).sample(given, hole).token


# The line


def test_a_lost_frame_lies_on_the_line_and_its_variance_is_that_of_a_bridge() -> None:
    line, before, after = LatentLine(space(), 2), frame(1), frame(2)
    assert line.push(NONE, before) is None
    first = line.push(after, NONE)
    assert first is not None
    assert not first.is_held
    np.testing.assert_allclose(first.point, space().mixed(before, after, 1 / 3), rtol=1e-6)
    assert first.variance == pytest.approx(1 * 2 / 3)
    second = line.push(NONE, NONE)
    assert second is not None
    assert second.variance == pytest.approx(2 * 1 / 3)
    assert line.push(NONE, after) is None


def test_where_nothing_follows_it_is_held_and_less_and_less_sure() -> None:
    line, last = LatentLine(space(), 1), frame(3)
    line.push(NONE, last)
    for lost in (1, 2, 3):
        held = line.push(NONE, NONE)
        assert held is not None
        assert held.is_held
        assert held.variance == lost
        np.testing.assert_array_equal(held.point, space().point(last))
    line.pause(NONE)
    assert line.push(NONE, NONE) is None


# The rest of a point


@pytest.mark.parametrize("k", range(8))
def test_the_rest_of_a_frames_own_point_is_what_its_later_codebooks_add(k: int) -> None:
    tokens, own = frame(4), space()
    later = [0] if k == 0 else range(k, 8)
    expected = sum(own.vectors(j)[tokens[j]] for j in later)
    np.testing.assert_allclose(own.rest(k, own.point(tokens), tokens), expected, atol=1e-5)


# The choice


def test_without_line_and_mean_it_draws_as_moshi_does() -> None:
    settings = SamplingSettings(temperature=0.7, top_k=9, nearest=False, prior=0.0, seed=2)
    latent, plain = LatentSampler(settings, space()), TokenSampler(settings)
    hole = Hole(3, frame(5), Expected(space().point(frame(6)), 0.5, False))
    drawn = [[s.sample(logits(n), hole).token for n in range(40)] for s in (latent, plain)]
    assert drawn[0] == drawn[1]
    assert len(set(drawn[0])) > 5


@pytest.mark.slow
def test_the_line_is_a_normal_distribution_in_units_of_the_codebook() -> None:
    hole = Hole(2, frame(5), Expected(space().point(frame(6)), 0.5, False))
    vectors = space().vectors(2)
    rest = space().rest(2, hole.expected.point, hole.tokens)  # type: ignore[union-attr]
    power = np.square(vectors).sum(axis=1).mean()
    # prior 2: |e - rest|² / (2 · power) counts twice, a variance of power / 2 in each direction.
    told = norm.logpdf(vectors, rest, np.sqrt(power / 2)).sum(axis=1)
    shares = torch.softmax(logits(1) + torch.from_numpy(told), 0).numpy()
    settings = SamplingSettings(top_k=0, nearest=False, prior=2.0)
    sampler = LatentSampler(settings, space())
    drawn = [sampler.sample(logits(1), hole).token for _ in range(20_000)]
    np.testing.assert_allclose(np.bincount(drawn, minlength=CARD) / 20_000, shares, atol=0.012)


def test_a_strong_line_is_interpolation_and_a_sure_model_is_itself() -> None:
    point = space().point(frame(6))
    tokens = np.full(8, -1, dtype=np.int16)
    for k in range(8):
        hole = Hole(k, tokens, Expected(point, 0.5, False))
        tokens[k] = choose(hole, logits(k), prior=1e5)
        sure = 1000.0 * torch.eye(CARD)[(k + 7) % CARD]
        assert choose(hole, sure, prior=1.0) == (k + 7) % CARD
    np.testing.assert_array_equal(tokens, space().nearest(point, NONE))


def test_of_the_likeliest_the_nearest_to_the_mean_is_taken() -> None:
    hole, given, vectors = Hole(1, frame(5), None), logits(8), space().vectors(1)
    mean = torch.softmax(given, 0).numpy() @ vectors
    distance = np.square(vectors - mean).sum(axis=1)
    assert choose(hole, given, top_k=0) == distance.argmin()
    likeliest = given.topk(5).indices.numpy()
    assert choose(hole, given, top_k=5) == likeliest[distance[likeliest].argmin()]
    assert choose(hole, given, top_k=1) == given.argmax() == choose(hole, given, greedy=True)


def test_confidence_is_the_models_own() -> None:
    hole = Hole(1, frame(5), Expected(space().point(frame(6)), 0.5, False))
    draw = LatentSampler(SamplingSettings(temperature=0.5), space()).sample(logits(8), hole)
    assert draw.probability == pytest.approx(float(torch.softmax(logits(8), 0)[draw.token]))


@pytest.mark.parametrize("prior", [-0.1, float("nan"), float("inf")])
def test_an_impossible_weight_is_refused(prior: float) -> None:
    with pytest.raises(ValueError, match="prior must be finite and not negative"):
        SamplingSettings(prior=prior)
