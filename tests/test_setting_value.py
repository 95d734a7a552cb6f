# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of settings: what is taken for what, and what the refusal says."""

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from gnuradio.largesc.frame.setting_value import (
    SettingError,
    number,
    one_of,
    switch,
    text,
    whole_number,
)
from hypothesis import given
from hypothesis import strategies as st

NO_NUMBERS = ["5", "x", b"5", None, True, False, [5], (), {}, 5j, np.array([5]), np.bool_(True)]


@pytest.mark.parametrize("five", [5, 5.0, np.float32(5), np.int16(5), np.float64(5), Fraction(5)])
def test_a_whole_number_is_taken_as_the_integer_it_is(five: Any) -> None:
    taken = whole_number("look_ahead", five, 0, 5)
    assert (taken, type(taken)) == (5, int)


@pytest.mark.parametrize("value", [5.4, math.nan, math.inf, -math.inf, *NO_NUMBERS])
def test_what_is_no_whole_number_is_named_with_its_range(value: Any) -> None:
    with pytest.raises(SettingError) as refused:
        whole_number("look_ahead", value, 0, 5)
    assert str(refused.value) == f"look_ahead must be a whole number 0..5, not {value!r}"


@given(st.integers(), st.integers(), st.integers())
def test_integers_of_the_range_are_taken_and_no_others(value: int, low: int, high: int) -> None:
    if low <= value <= high:
        assert whole_number("n", value, low, high) == value
    else:
        with pytest.raises(SettingError, match=r"n must be -?\S+\.\.-?\S+, not"):
            whole_number("n", value, low, high)


def test_large_integers_stay_exact() -> None:
    assert whole_number("seed", 2**64 - 1, 0, 2**64 - 1) == 2**64 - 1
    with pytest.raises(SettingError, match="seed must be 0"):
        whole_number("seed", 2**64, 0, 2**64 - 1)


def test_open_ranges() -> None:
    assert whole_number("n", -3) == -3
    assert number("x", -math.inf) == -math.inf
    with pytest.raises(SettingError, match="n must be 1 or more, not 0"):
        whole_number("n", 0, low=1)
    with pytest.raises(SettingError, match=r"x must be 0 or less, not 0\.5"):
        number("x", 0.5, high=0)
    with pytest.raises(SettingError, match="x must be above 0, not 0"):
        number("x", 0, above=0)
    with pytest.raises(SettingError, match="x must be a number, not nan"):
        number("x", math.nan)
    for range_ in ({"low": 0}, {"high": 0}, {"low": 0, "high": 1}, {"above": 0}):
        with pytest.raises(SettingError, match=r"x must be .*, not nan"):
            number("x", math.nan, **range_)


@pytest.mark.parametrize("value", NO_NUMBERS)
def test_what_is_no_number_is_named_with_its_range(value: Any) -> None:
    with pytest.raises(SettingError) as refused:
        number("loss_rate", value, 0, 1)
    assert str(refused.value) == f"loss_rate must be a number 0..1, not {value!r}"


def test_numbers_become_floats() -> None:
    for half in (0.5, np.float32(0.5), Fraction(1, 2)):
        taken = number("loss_rate", half, 0, 1)
        assert (taken, type(taken)) == (0.5, float)


def test_switches() -> None:
    for value in (True, 1, 1.0, np.bool_(True)):
        assert switch("live", value) is True
    for value in (False, 0, 0.0, np.bool_(False)):
        assert switch("live", value) is False
    for value in ("True", None, 2, math.nan, []):
        with pytest.raises(SettingError, match="live must be true or false, not"):
            switch("live", value)


def test_text_and_choices() -> None:
    assert text("url", "udp://") == "udp://"
    assert one_of("recovery", "hold", ("zero", "hold")) == "hold"
    with pytest.raises(SettingError, match="url must be text, not 5"):
        text("url", 5)
    for value in ("guess", 5, None, ["hold"]):
        with pytest.raises(SettingError, match="recovery must be one of zero, hold, not"):
            one_of("recovery", value, ("zero", "hold"))


def test_the_message_is_one_short_line() -> None:
    with pytest.raises(SettingError) as refused:
        number("x", np.arange(300.0).reshape(100, 3))
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 80
