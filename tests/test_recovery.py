# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The recovery strategies: what they fill, and that they keep what is known."""

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from gnuradio.largesc.frame.tokens import no_tokens
from gnuradio.largesc.recovery.strategies.strategy_by_name import STRATEGIES, make_recovery
from hypothesis import given
from hypothesis import strategies as st

TOKEN_OR_HOLE = st.just(-1) | st.integers(0, 2047)
FRAMES = st.lists(
    st.lists(TOKEN_OR_HOLE, min_size=8, max_size=8).map(lambda t: np.array(t, np.int16)),
    max_size=20,
)


def frame(first: int, known: int = 8) -> Any:
    """Frame of which so many tokens are known."""
    tokens = np.arange(first, first + 8, dtype=np.int16)
    tokens[known:] = -1
    return tokens


@pytest.mark.parametrize("name", ["zero", "hold"])
@given(FRAMES)
def test_known_tokens_are_kept_and_the_input_is_left_alone(name: str, frames: list[Any]) -> None:
    recovery = make_recovery(name)
    for due in frames:
        before = due.copy()
        filled = recovery.push(due, due)
        np.testing.assert_array_equal(due, before)
        assert filled.shape == (8,)
        assert filled.dtype == np.int16
        np.testing.assert_array_equal(filled[due != -1], due[due != -1])
        np.testing.assert_array_equal(recovery.confidence, due != -1)


@given(FRAMES)
@pytest.mark.slow
def test_zero_changes_nothing(frames: list[Any]) -> None:
    recovery = make_recovery("zero")
    for due in frames:
        np.testing.assert_array_equal(recovery.push(no_tokens(), due), due)


def test_hold_repeats_the_last_frame_until_another_comes() -> None:
    recovery = make_recovery("hold")
    played = [
        recovery.push(f, f).tolist() for f in (frame(10), no_tokens(), no_tokens(), frame(30))
    ]
    assert played == [frame(10).tolist()] * 3 + [frame(30).tolist()]


def test_hold_adds_nothing_of_another_frame_to_one_that_came_in_part() -> None:
    recovery = make_recovery("hold")
    recovery.push(frame(10), frame(10))
    in_part = frame(20, known=2)
    np.testing.assert_array_equal(recovery.push(in_part, in_part), in_part)
    np.testing.assert_array_equal(recovery.push(no_tokens(), no_tokens()), in_part)


def test_hold_has_nothing_to_repeat_before_the_first_frame_and_after_reset() -> None:
    recovery = make_recovery("hold")
    np.testing.assert_array_equal(recovery.push(no_tokens(), no_tokens()), no_tokens())
    recovery.push(frame(10), frame(10))
    recovery.reset()
    np.testing.assert_array_equal(recovery.push(no_tokens(), no_tokens()), no_tokens())


def test_hold_repeats_what_was_due_and_not_what_is_newest() -> None:
    recovery = make_recovery("hold")
    recovery.push(frame(50), frame(10))
    np.testing.assert_array_equal(recovery.push(frame(60), no_tokens()), frame(10))


def test_two_of_a_kind_share_no_memory() -> None:
    first, second = make_recovery("hold"), make_recovery("hold")
    first.push(frame(10), frame(10))
    np.testing.assert_array_equal(second.push(no_tokens(), no_tokens()), no_tokens())


def test_unknown_strategy_is_refused_with_a_list_of_those_there_are() -> None:
    message = "recovery must be one of auto, zero, hold, interpolate, base, lora, not 'guess'"
    with pytest.raises(ValueError, match=message):
        make_recovery("guess")
    assert tuple(STRATEGIES) == ("zero", "hold", "interpolate", "base", "lora")


@pytest.mark.parametrize("name", ["interpolate", "base", "lora"])
def test_a_strategy_that_needs_a_checkpoint_says_so(name: str) -> None:
    message = f"recovery '{name}' needs to know the checkpoint and the look-ahead"
    with pytest.raises(ValueError, match=message):
        make_recovery(name)


@pytest.mark.slow
def test_listing_the_strategies_does_not_import_torch() -> None:
    script = (
        "import sys; "
        "from gnuradio.largesc.recovery.strategies.strategy_by_name import make_recovery; "
        "make_recovery('hold'); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0


def test_hold_repeats_nothing_from_before_a_pause() -> None:
    recovery = make_recovery("hold")
    recovery.push(frame(1), frame(1))
    recovery.pause()
    assert (recovery.push(no_tokens(), no_tokens()) == -1).all()
    recovery.push(frame(9), frame(9))
    np.testing.assert_array_equal(recovery.push(no_tokens(), no_tokens()), frame(9))
