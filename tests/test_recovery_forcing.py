# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Forced generation: what it keeps of what came, and when it asks the model."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from gnuradio.largesc.recovery.token_model.fast_token_model import FastSteps
from gnuradio.largesc.recovery.token_model.forced_generation import (
    ForcedGenerator,
    GeneratedFrame,
)
from gnuradio.largesc.recovery.token_model.sampling_settings import SamplingSettings
from gnuradio.largesc.recovery.token_model.token_model_steps import MoshiSteps
from gnuradio.largesc.recovery.token_model.token_sampler import TokenSampler
from hypothesis import given
from hypothesis import strategies as st
from hypothesis_profiles import examples
from random_token_model import (
    CONTEXT,
    FRAMES,
    KIND_NAMES,
    KINDS,
    NONE,
    TINY,
    TINY_MOSHI,
    generator_of,
    layout_of,
    lossy_frames,
    one_thread,
    random_model,
    run,
)

STEPS = pytest.mark.parametrize("steps", [MoshiSteps, FastSteps], ids=["moshi", "fast"])


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    yield from one_thread()


@pytest.mark.parametrize(("config", "steps"), KINDS, ids=KIND_NAMES)
@pytest.mark.parametrize("look_ahead", [0, 3])
def test_with_nothing_missing_it_is_the_identity(config: Any, steps: Any, look_ahead: int) -> None:
    sent, _ = lossy_frames(FRAMES, seed=1)
    generator = generator_of(config, look_ahead, steps)
    said, confidence = run(generator, sent, sent, look_ahead)
    np.testing.assert_array_equal(said, sent)
    assert (confidence == 1).all()


@pytest.mark.parametrize(("config", "steps"), KINDS, ids=KIND_NAMES)
def test_known_tokens_are_kept_and_holes_are_filled(config: Any, steps: Any) -> None:
    generator = generator_of(config, 2, steps)

    @given(st.integers(0, 2**32 - 1), st.floats(0, 1))
    @examples(0.08)
    def check(seed: int, share: float) -> None:
        random = np.random.default_rng(seed)
        sent, received = lossy_frames(8, seed)
        due = np.where(random.random(sent.shape) < share, sent, received)  # holes anywhere
        generator.reset()
        said, confidence = run(generator, received, due, look_ahead=2)
        known = due != -1
        np.testing.assert_array_equal(said[known], due[known])
        assert said.min() >= 0
        assert said.max() < 2048
        assert said.dtype == np.int16
        assert (confidence[known] == 1).all()
        assert (confidence > 0).all()
        assert (confidence <= 1).all()

    check()


@pytest.mark.parametrize(("config", "steps"), KINDS, ids=KIND_NAMES)
@pytest.mark.slow
def test_an_outage_longer_than_the_context_passes(config: Any, steps: Any) -> None:
    sent, _ = lossy_frames(5 * CONTEXT, seed=3)
    received = sent.copy()
    received[5 : 5 + 3 * CONTEXT] = -1
    said, _ = run(generator_of(config, 1, steps), received, received, 1)
    known = received != -1
    np.testing.assert_array_equal(said[known], sent[known])
    assert said.min() >= 0


@STEPS
def test_the_newest_frame_is_given_before_it_is_due(steps: Any) -> None:
    sent, _ = lossy_frames(3, seed=6)
    fillings = []
    for newest in (sent[1], sent[2], NONE):
        generator = generator_of(TINY, 1, steps, greedy=True)
        generator.push(NONE, sent[0])
        fillings.append(generator.push(newest, NONE).tokens.tolist())
    assert fillings[0] != fillings[1] != fillings[2] != fillings[0]


@pytest.mark.parametrize(("config", "steps"), KINDS, ids=KIND_NAMES)
def test_what_is_due_counts_even_if_the_newest_brought_more(config: Any, steps: Any) -> None:
    """Live, frames are left out and played twice: the frame due need not be the newest of then."""
    sent, _ = lossy_frames(4, seed=11)
    generator = generator_of(config, 1, steps)
    generator.push(sent[1], sent[0])
    said = generator.push(NONE, NONE).tokens
    assert said.min() >= 0
    if config is TINY:
        assert not np.array_equal(said, sent[1])


def test_the_look_ahead_is_told_to_the_model() -> None:
    assert [layout_of(TINY, a).text for a in range(6)] == list(range(6))
    assert {layout_of(TINY_MOSHI, a).text for a in range(6)} == {3}


class Counting(MoshiSteps):
    """Counts what the depth transformer is asked."""

    asked: list[list[int]]

    def reset(self) -> None:
        MoshiSteps.reset(self)
        self.asked = []

    def logits(self, tokens: Any) -> torch.Tensor:
        self.asked.append(list(tokens))
        return MoshiSteps.logits(self, tokens)


def test_the_depth_transformer_is_asked_for_holes_only_with_what_is_known_before_them() -> None:
    steps = Counting(random_model(TINY))
    sampler = TokenSampler(SamplingSettings())
    generator = ForcedGenerator(steps, layout_of(TINY, 0), sampler)
    whole = np.arange(8, dtype=np.int16)
    generator.push(whole, whole)
    assert steps.asked == []
    holed = np.array([5, 6, -1, 8, -1, 10, 11, 12], dtype=np.int16)
    said = generator.push(holed, holed).tokens
    assert steps.asked == [[0, 5, 6], [int(said[2]), 8]]


def test_only_holes_use_random_numbers() -> None:
    sent, _ = lossy_frames(6, seed=8)
    one_hole = sent.copy()
    one_hole[2, 7] = -1
    sampler = TokenSampler(SamplingSettings())
    generator = ForcedGenerator(MoshiSteps(random_model(TINY)), layout_of(TINY, 0), sampler)
    before = sampler.generator.get_state()
    run_frames(generator, sent[:2])
    assert torch.equal(sampler.generator.get_state(), before)
    run_frames(generator, one_hole[2:])
    assert not torch.equal(sampler.generator.get_state(), before)


def run_frames(generator: ForcedGenerator, frames: np.ndarray) -> list[GeneratedFrame]:
    return [generator.push(frame, frame) for frame in frames]


@pytest.mark.parametrize(("config", "steps"), KINDS, ids=KIND_NAMES)
def test_what_was_played_instead_is_what_the_model_remembers(config: Any, steps: Any) -> None:
    """Playing tokens in place of a lost frame is, to the model, as if they had been known."""
    sent, _ = lossy_frames(6, seed=9)
    other = np.arange(100, 108, dtype=np.int16)

    def after(play: bool, tokens: np.ndarray) -> list[int]:
        generator = generator_of(config, 1, steps, greedy=True)
        run_frames(generator, sent[:3])
        if play:
            generator.push_played(NONE, tokens)
        else:
            generator.push(NONE, tokens)
        return generator.push(NONE, NONE).tokens.tolist()

    assert after(True, other) == after(False, other)
    assert after(True, other) != after(True, sent[4])
