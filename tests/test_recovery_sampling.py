# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drawing of tokens: moshi's, from a generator of its own."""

from typing import Any

import numpy as np
import pytest
import torch
from gnuradio.largesc.recovery.token_model.sampling_settings import SamplingSettings
from gnuradio.largesc.recovery.token_model.token_sampler import TokenSampler
from moshi.utils.sampling import sample_token

LOGITS = torch.linspace(-3, 3, 50)[torch.randperm(50, generator=torch.Generator().manual_seed(0))]


def draws(count: int, **settings: Any) -> list[int]:
    sampler = TokenSampler(SamplingSettings(**settings))
    return [sampler.sample(LOGITS).token for _ in range(count)]


@pytest.mark.parametrize(("temperature", "top_k"), [(0.8, 10), (1.3, 250), (0.5, 0)])
def test_it_draws_what_moshi_draws(temperature: float, top_k: int) -> None:
    with torch.random.fork_rng():
        torch.manual_seed(4)
        expected = [int(sample_token(LOGITS, True, temperature, top_k)) for _ in range(200)]
    assert draws(200, temperature=temperature, top_k=top_k, seed=4) == expected
    assert len(set(expected)) > 5


def test_it_leaves_torchs_own_generator_alone() -> None:
    state = torch.get_rng_state()
    draws(3)
    assert torch.equal(torch.get_rng_state(), state)


def test_greedy_takes_the_likeliest() -> None:
    assert set(draws(20, greedy=True)) == {int(LOGITS.argmax())}
    assert set(draws(20, top_k=1)) == {int(LOGITS.argmax())}


def test_top_k_draws_from_the_k_likeliest() -> None:
    assert set(draws(300, top_k=3, temperature=5.0)) == set(LOGITS.topk(3).indices.tolist())


def test_shares_are_those_of_the_temperature() -> None:
    shares = np.bincount(draws(20_000, temperature=2.0, top_k=0), minlength=50) / 20_000
    np.testing.assert_allclose(shares, torch.softmax(LOGITS / 2.0, 0), atol=0.01)


@pytest.mark.parametrize("settings", [{}, {"temperature": 3.0}, {"top_k": 2}, {"greedy": True}])
def test_probability_is_the_models_whatever_the_settings(settings: dict[str, Any]) -> None:
    draw = TokenSampler(SamplingSettings(**settings)).sample(LOGITS)
    assert draw.probability == pytest.approx(float(torch.softmax(LOGITS, 0)[draw.token]))


def test_a_reset_begins_anew() -> None:
    sampler = TokenSampler(SamplingSettings(seed=3))
    first = [sampler.sample(LOGITS).token for _ in range(30)]
    assert [sampler.sample(LOGITS).token for _ in range(30)] != first
    sampler.reset()
    assert [sampler.sample(LOGITS).token for _ in range(30)] == first
    assert draws(30, seed=3) == first


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"temperature": 0.0}, "temperature must be above 0, not 0.0"),
        ({"temperature": float("nan")}, "temperature must be above 0"),
        ({"top_k": -1}, "top_k must not be negative, but is -1"),
    ],
)
def test_settings_out_of_range_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SamplingSettings(**settings)
