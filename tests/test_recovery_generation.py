# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Forced generation against moshi's LMGen and its training pass, and whether it repeats itself."""

import copy
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from gnuradio.largesc.recovery.token_model.fast_token_model import FastSteps, steps_of
from gnuradio.largesc.recovery.token_model.forced_generation import ForcedGenerator
from gnuradio.largesc.recovery.token_model.sampling_settings import SamplingSettings
from gnuradio.largesc.recovery.token_model.token_model_steps import MoshiSteps
from gnuradio.largesc.recovery.token_model.token_sampler import TokenSampler
from moshi.models.lm import LMGen
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


def lmgen(config: dict[str, Any], look_ahead: int, **settings: Any) -> tuple[Any, np.ndarray]:
    """What moshi says when nothing comes, and torch's random state before it."""
    layout, model = layout_of(config, look_ahead), random_model(config)
    model.delays = layout.delays

    def force_text(token: torch.Tensor) -> None:
        token.fill_(layout.text)

    reference = LMGen(model, temp_text=0.0, on_text_hook=force_text, **settings)
    nothing = torch.full((1, 8, 1), -1)
    with torch.random.fork_rng(), reference.streaming(1):
        torch.manual_seed(7)
        for _ in range(look_ahead + 1):
            assert reference.step(nothing) is None
        state = torch.get_rng_state()
        said = [reference.step(nothing)[0, 1:, 0].numpy() for _ in range(FRAMES)]
    return state, np.array(said)


@pytest.mark.slow
@STEPS
@pytest.mark.parametrize("look_ahead", [0, 1, 4])
def test_with_everything_missing_it_is_lmgen(steps: Any, look_ahead: int) -> None:
    state, expected = lmgen(TINY, look_ahead, temp=0.9, top_k=40)
    sampler = TokenSampler(SamplingSettings(temperature=0.9, top_k=40))
    layout = layout_of(TINY, look_ahead)
    generator = ForcedGenerator(steps(random_model(TINY)), layout, sampler)
    sampler.generator.set_state(state)
    said = np.array([generator.push(NONE, NONE).tokens for _ in range(FRAMES)])
    assert len(np.unique(expected)) > FRAMES, "the model says the same all the time"
    np.testing.assert_array_equal(said, expected)


@pytest.mark.parametrize("look_ahead", [0, 2])
@pytest.mark.slow
def test_with_an_acoustic_delay_too_it_is_lmgen(look_ahead: int) -> None:
    _, expected = lmgen(TINY_MOSHI, look_ahead, use_sampling=False)
    generator = generator_of(TINY_MOSHI, look_ahead, greedy=True)
    said = np.array([generator.push(NONE, NONE).tokens for _ in range(FRAMES)])
    assert len(np.unique(expected)) > 20, "the model says the same all the time"
    np.testing.assert_array_equal(said, expected)


# With an acoustic delay and no look-ahead, codebook 0 of the coming frame is a guess that is put
# right later; the training pass knows it from the start.
@pytest.mark.parametrize(
    ("config", "steps", "look_ahead"),
    [
        (*KINDS[0], 0),
        (*KINDS[0], 1),
        (*KINDS[1], 0),
        (*KINDS[1], 5),
        (*KINDS[2], 1),
        (*KINDS[2], 5),
    ],
)
def test_it_says_what_the_training_pass_finds_likeliest(
    config: Any, steps: Any, look_ahead: int
) -> None:
    sent, received = lossy_frames(FRAMES, seed=look_ahead)
    due, begin = received.copy(), 0
    if config is TINY:
        due[::3, :3] = sent[::3, :3]  # what redundancy brought later
    else:
        begin = look_ahead - 1  # before, the coming frame is a guess as well
    generator = generator_of(config, look_ahead, steps, greedy=True)
    said, confidence = run(generator, received, due, look_ahead)

    model, layout = random_model(config), layout_of(config, look_ahead)
    model.delays = layout.delays
    came = received.copy()
    came[:look_ahead] = -1  # these came before anything was due
    codes = layout.codes(*(torch.from_numpy(x.T[None].astype(np.int64)) for x in (said, came)))
    with torch.no_grad():
        out = model(codes)
    end = len(sent) - max(layout.output_delays)
    holes = [(frame, k) for frame, k in np.argwhere(due == -1) if begin <= frame < end]
    assert len(holes) > 20
    for frame, k in holes:
        assert out.mask[0, k, frame]
        assert int(out.logits[0, k, frame].argmax()) == said[frame, k]
        probability = out.logits[0, k, frame].softmax(-1)[said[frame, k]]
        assert confidence[frame, k] == pytest.approx(float(probability), rel=1e-3)


@pytest.mark.parametrize("look_ahead", [0, 2])
def test_fast_steps_say_what_moshis_layers_say(look_ahead: int) -> None:
    _, received = lossy_frames(3 * CONTEXT, seed=4)
    played = [
        run(generator_of(TINY, look_ahead, steps), received, received, look_ahead)
        for steps in (MoshiSteps, FastSteps)
    ]
    np.testing.assert_array_equal(played[0][0], played[1][0])
    np.testing.assert_allclose(played[0][1], played[1][1], rtol=1e-3)


def test_fast_steps_are_chosen_where_they_fit() -> None:
    assert isinstance(steps_of(random_model(TINY)), FastSteps)
    assert isinstance(steps_of(random_model(TINY_MOSHI)), MoshiSteps)
    assert isinstance(steps_of(random_model(TINY).bfloat16()), MoshiSteps)


@pytest.mark.parametrize(("config", "steps"), KINDS, ids=KIND_NAMES)
def test_after_a_reset_everything_repeats_bit_for_bit(config: Any, steps: Any) -> None:
    _, received = lossy_frames(FRAMES, seed=2)
    generator = generator_of(config, 1, steps)
    first = run(generator, received, received, 1)
    again = run(generator, received, received, 1)
    assert not np.array_equal(first[0], again[0]), "without a reset it must go on"
    generator.reset()
    for one, other in zip(first, run(generator, received, received, 1), strict=True):
        np.testing.assert_array_equal(one, other)


def test_another_seed_says_something_else() -> None:
    said = [
        run(generator_of(TINY, seed=seed), *2 * [np.tile(NONE, (4, 1))], 0)[0] for seed in (0, 0, 1)
    ]
    np.testing.assert_array_equal(said[0], said[1])
    assert not np.array_equal(said[0], said[2])


def test_what_was_before_the_context_is_forgotten() -> None:
    """Two layers reach back two contexts; afterwards a different past makes no difference."""
    sent, received = lossy_frames(4 * CONTEXT, seed=5)
    other = received.copy()
    other[:CONTEXT] = NONE
    said = [run(generator_of(TINY, greedy=True), r, sent, 0)[0] for r in (received, other)]
    np.testing.assert_array_equal(said[0], said[1])  # all known: nothing to say
    due = sent.copy()
    due[3 * CONTEXT :, 4:] = -1
    late = [run(generator_of(TINY, greedy=True), r, due, 0)[0] for r in (received, other)]
    np.testing.assert_array_equal(late[0], late[1])


def test_two_generators_share_nothing() -> None:
    model = random_model(TINY)
    _, received = lossy_frames(FRAMES, seed=10)
    alone = run(generator_of(TINY), received, received, 0)[0]
    first, second = (
        ForcedGenerator(steps_of(copy.deepcopy(model)), layout_of(TINY, 0), TokenSampler(s))
        for s in (SamplingSettings(), SamplingSettings(seed=5))
    )
    interleaved = []
    for frame in received:
        interleaved.append(first.push(frame, frame).tokens)
        second.push(NONE, NONE)
    np.testing.assert_array_equal(interleaved, alone)
