# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Strategies base and lora: gaps that fade, pauses, bad input, and a checkpoint's model by name."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gnuradio.largesc.codec.checkpoint import CheckpointError, load_codec
from gnuradio.largesc.codec.silence_tokens import find_silence_tokens
from gnuradio.largesc.recovery.strategies.model_recovery import FADE, ModelRecovery
from gnuradio.largesc.recovery.strategies.recovery_settings import RecoverySettings
from gnuradio.largesc.recovery.strategies.strategy_by_name import make_recovery
from gnuradio.largesc.recovery.token_model.codebook_space import (
    CodebookSpace,
    codebook_space,
)
from gnuradio.largesc.recovery.token_model.sampling_settings import SamplingSettings
from random_checkpoint import random_checkpoint
from random_token_model import NONE, TINY, generator_of, lossy_frames, one_thread, write_token_model

WHOLE = np.arange(8, dtype=np.int16)
SILENCE = np.arange(40, 48, dtype=np.int16)


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    yield from one_thread()


@pytest.fixture(scope="module")
def space() -> CodebookSpace:
    return codebook_space(load_codec(random_checkpoint()))


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("checkpoint")
    write_token_model(folder, random_checkpoint(), TINY)
    return str(folder)


def recovery_of(space: CodebookSpace, silent_after: int = 2, look_ahead: int = 0) -> ModelRecovery:
    return ModelRecovery(generator_of(TINY, look_ahead), space, SILENCE, silent_after, look_ahead)


def is_silence(tokens: np.ndarray) -> bool:
    return np.array_equal(tokens, SILENCE)


@pytest.mark.parametrize("silent_after", [0, 2, 5])
def test_a_gap_fades_to_silence_and_ends_with_the_first_known_token(
    space: CodebookSpace, silent_after: int
) -> None:
    recovery = recovery_of(space, silent_after)
    assert np.array_equal(recovery.push(WHOLE, WHOLE), WHOLE)
    speaking = [recovery.push(NONE, NONE) for _ in range(silent_after)]
    fading = [recovery.push(NONE, NONE) for _ in range(FADE)]
    silent = [recovery.push(NONE, NONE) for _ in range(4)]
    assert not any(map(is_silence, speaking + fading))
    assert all(map(is_silence, silent))
    assert not recovery.confidence.any()
    known_in_part = np.where(WHOLE < 1, WHOLE, -1).astype(np.int16)
    filled = recovery.push(known_in_part, known_in_part)
    assert filled[0] == WHOLE[0]
    assert filled.min() >= 0
    assert not is_silence(recovery.push(NONE, NONE)) or silent_after == 0


def test_on_its_way_to_silence_every_frame_is_nearer(space: CodebookSpace) -> None:
    recovery = recovery_of(space, silent_after=0)
    recovery.push(WHOLE, WHOLE)
    unfaded = generator_of(TINY)
    unfaded.push(WHOLE, WHOLE)
    for step in range(1, FADE + 1):
        said, faded = unfaded.push(NONE, NONE).tokens, recovery.push(NONE, NONE)
        expected = space.nearest(space.mixed(said, SILENCE, step / (FADE + 1)), NONE)
        np.testing.assert_array_equal(faded, expected)
        assert not recovery.confidence.any()


def test_what_the_model_says_comes_with_its_probability(space: CodebookSpace) -> None:
    recovery = recovery_of(space)
    recovery.push(WHOLE, WHOLE)
    assert (recovery.confidence == 1).all()
    recovery.push(NONE, NONE)
    assert recovery.confidence.dtype == np.float32
    assert ((recovery.confidence > 0) & (recovery.confidence < 1)).all()


def test_before_anything_came_and_after_a_pause_a_lost_frame_is_silent(
    space: CodebookSpace,
) -> None:
    recovery = recovery_of(space)
    assert is_silence(recovery.push(NONE, NONE))
    recovery.push(WHOLE, WHOLE)
    recovery.pause()
    assert is_silence(recovery.push(NONE, NONE))
    recovery.push(WHOLE, WHOLE)
    recovery.reset()
    assert is_silence(recovery.push(NONE, NONE))


def test_the_model_is_told_the_silence_of_a_pause_and_what_is_newest_in_it(
    space: CodebookSpace,
) -> None:
    def after_pause(newest: np.ndarray | None) -> list[int]:
        recovery = recovery_of(space, look_ahead=1)
        recovery.push(NONE, WHOLE)
        recovery.pause(newest)
        due = np.where(WHOLE < 4, WHOLE, -1).astype(np.int16)
        return recovery.push(NONE, due).tolist()

    expected = generator_of(TINY, 1)
    expected.push(NONE, WHOLE)
    expected.push_played(NONE, SILENCE)
    due = np.where(WHOLE < 4, WHOLE, -1).astype(np.int16)
    assert after_pause(None) == expected.push(NONE, due).tokens.tolist()
    assert after_pause(None) != after_pause(WHOLE)


def test_what_nobody_sent_stays_open_and_is_not_drawn(space: CodebookSpace) -> None:
    four = np.where(WHOLE < 4, WHOLE, -1).astype(np.int16)
    recovery, asking = recovery_of(space), generator_of(TINY)
    assert recovery.push(four, four, 4).tolist() == four.tolist()
    asking.push(four, four, 4)
    for gap in range(1, 2 + FADE + 1):  # speaking, then fading
        said = recovery.push(NONE, NONE, 4)
        expected = asking.push(NONE, NONE, 4)
        assert (said[:4] >= 0).all()
        assert (said[4:] == -1).all()
        assert (expected.tokens[4:] == -1).all()
        if gap <= 2:
            np.testing.assert_array_equal(said, expected.tokens)
            assert (recovery.confidence[:4] > 0).all()
            assert not recovery.confidence[4:].any()
    assert is_silence(recovery.push(NONE, NONE, 4))
    everything = ModelRecovery(generator_of(TINY), space, SILENCE, 2, 0, fill_unsent=True)
    assert (everything.push(four, four, 4) >= 0).all()
    assert (everything.push(NONE, NONE, 4) >= 0).all()


def test_a_skipped_frame_keeps_the_streams_in_step(space: CodebookSpace) -> None:
    _, received = lossy_frames(12, seed=4)
    look_ahead, played = 1, np.arange(100, 108, dtype=np.int16)
    recovery = recovery_of(space, 9, look_ahead)
    expected = generator_of(TINY, look_ahead)
    for step, (newest, due) in enumerate(zip(received[1:], received, strict=False)):
        if step in (3, 4, 7):
            recovery.skip(newest, due, NONE if step == 7 else played)
            expected.push_played(newest, SILENCE if step == 7 else played)
        else:
            said = recovery.push(newest, due).tolist()
            assert said == expected.push(newest, due).tokens.tolist()


def test_skipped_frames_count_in_a_gap(space: CodebookSpace) -> None:
    recovery = recovery_of(space, silent_after=2)
    recovery.push(WHOLE, WHOLE)
    for _ in range(2 + FADE):
        recovery.skip(NONE, NONE, WHOLE)
    assert is_silence(recovery.push(NONE, NONE))


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (np.full(8, 2048), "tokens must be -1..2047"),
        (np.full(8, -2), "tokens must be -1..2047"),
        (np.zeros(7, np.int16), "a token frame has 8 tokens, not 7"),
    ],
)
def test_bad_tokens_are_refused_and_change_nothing(
    space: CodebookSpace, bad: Any, message: str
) -> None:
    recovery, undisturbed = recovery_of(space), recovery_of(space)
    for one in (recovery, undisturbed):
        one.push(WHOLE, WHOLE)
    for arguments in ((bad, NONE), (NONE, bad)):
        with pytest.raises(ValueError, match=message):
            recovery.push(*arguments)
    for _ in range(3):
        np.testing.assert_array_equal(recovery.push(NONE, NONE), undisturbed.push(NONE, NONE))


def test_a_reset_repeats_everything(space: CodebookSpace) -> None:
    _, received = lossy_frames(20, seed=1)
    recovery = recovery_of(space)
    first = [recovery.push(frame, frame) for frame in received]
    recovery.reset()
    np.testing.assert_array_equal([recovery.push(frame, frame) for frame in received], first)


@pytest.mark.slow
def test_strategies_of_a_checkpoint_by_name(checkpoint: str) -> None:
    settings = RecoverySettings(checkpoint, look_ahead=2, sampling=SamplingSettings(greedy=True))
    _, received = lossy_frames(20, seed=2)
    said = {}
    for name in ("interpolate", "base", "lora", "base "):
        recovery = make_recovery(name.strip(), settings)
        played = [recovery.push(n, due) for n, due in zip(received[2:], received, strict=False)]
        known = received[:18] != -1
        np.testing.assert_array_equal(np.array(played)[known], received[:18][known])
        said[name] = np.array(played).tolist()
    assert said["base"] == said["base "]
    assert said["interpolate"] != said["base"] != said["lora"]


@pytest.mark.slow
def test_silence_is_the_codecs(checkpoint: str) -> None:
    recovery = make_recovery("base", RecoverySettings(checkpoint))
    silence = find_silence_tokens(load_codec(checkpoint))
    np.testing.assert_array_equal(recovery.push(NONE, NONE), silence)


@pytest.mark.parametrize("name", ["base", "lora"])
def test_a_checkpoint_without_a_model_says_what_it_has(name: str) -> None:
    message = "has no token model; strategies zero, hold and interpolate need none"
    with pytest.raises(CheckpointError, match=message):
        make_recovery(name, RecoverySettings(random_checkpoint()))


@pytest.mark.parametrize("name", ["interpolate", "base", "lora"])
def test_a_checkpoint_that_is_not_there_is_named(name: str, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="no checkpoint"):
        make_recovery(name, RecoverySettings(str(tmp_path)))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"look_ahead": 13}, "look_ahead must be 0..12, not 13"),
        ({"look_ahead": -1}, "look_ahead must be 0..12, not -1"),
        ({"silent_after": -1}, "silent_after must not be negative, but is -1"),
        (
            {"precision": "int4"},
            "one of auto, float32, bfloat16, int8, not 'int4'",
        ),
    ],
)
def test_settings_out_of_range_are_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        RecoverySettings("mini", **change)
