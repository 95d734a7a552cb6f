# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of settings as they come from people and from widgets: checked, and in the right type.

A QT GUI Range gives floats, a check box what it was told to give. A whole float is the integer it
is; everything else of a wrong type or out of range is refused by an error that names setting,
value and range.
"""

import math
import reprlib
from collections.abc import Collection
from numbers import Integral, Real
from typing import Any

import numpy as np


class SettingError(ValueError):
    """A value that a setting cannot have; the message is one line and ends in ", not VALUE"."""

    def __init__(self, name: str, allowed: str, value: Any):
        given = " ".join(reprlib.repr(value).split())  # short, in one line
        super().__init__(f"{name} must be {allowed}, not {given}")


def whole_number(name: str, value: Any, low: int | None = None, high: int | None = None) -> int:
    """An integer within a range, both ends included; floats (also NumPy's) if they are whole.

    Raises:
        SettingError: it is not.
    """
    allowed = _range(low, high)
    is_whole = _is_number(value) and (
        isinstance(value, Integral) or (math.isfinite(value) and value == int(value))
    )
    if not is_whole:
        raise SettingError(name, f"a whole number {allowed}".strip(), value)
    return int(_within(name, int(value), low, high, allowed))


def number(
    name: str,
    value: Any,
    low: float | None = None,
    high: float | None = None,
    above: float | None = None,
) -> float:
    """A float within a range, both ends included.

    Args:
        name: of the setting.
        value: what is to be checked. Infinity is a number if the range has no end there.
        low, high: ends of the range.
        above: end of the range below, not included; in place of low.

    Raises:
        SettingError: no number, NaN, or out of range.
    """
    allowed = _range(low, high) if above is None else f"above {above}{_up_to(high)}"
    if not _is_number(value) or (math.isnan(value) and not allowed):
        raise SettingError(name, f"a number {allowed}".strip(), value)
    if above is not None and not value > above:
        raise SettingError(name, allowed, value)
    return float(_within(name, value, low, high, allowed))


def switch(name: str, value: Any) -> bool:
    """True or false; 0 and 1, also as floats, are what a check box may give for them.

    Raises:
        SettingError: none of these.
    """
    if not isinstance(value, bool | np.bool_) and not (_is_number(value) and value in (0, 1)):
        raise SettingError(name, "true or false", value)
    return bool(value)


def text(name: str, value: Any) -> str:
    """A string.

    Raises:
        SettingError: it is none.
    """
    if not isinstance(value, str):
        raise SettingError(name, "text", value)
    return value


def one_of(name: str, value: Any, choices: Collection[str]) -> str:
    """One of these strings.

    Raises:
        SettingError: another string, or none; the message lists those there are.
    """
    if not isinstance(value, str) or value not in choices:
        raise SettingError(name, f"one of {', '.join(choices)}", value)
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _within(name: str, value: Any, low: Any, high: Any, allowed: str) -> Any:
    # Asked so that NaN is not within.
    if (low is not None and not value >= low) or (high is not None and not value <= high):
        raise SettingError(name, allowed, value)
    return value


def _up_to(high: float | None) -> str:
    return "" if high is None else f" and at most {high}"


def _range(low: float | None, high: float | None) -> str:
    """A range in words; empty if there is none."""
    if low is not None and high is not None:
        return f"{low}..{high}"
    if low is not None:
        return f"{low} or more"
    return "" if high is None else f"{high} or less"
