# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Control messages: a dictionary of settings, or one name with its value."""

from typing import Any

import pmt


def read_control(message: Any) -> dict[str, Any]:
    """Settings by name, as Python values.

    Args:
        message: a PMT dictionary whose keys are symbols, or a pair of a symbol and a value, as
            GNU Radio's message edit box sends it.

    Raises:
        ValueError: neither, or a value that is no number, text, flag or such a dictionary.
    """
    if pmt.is_pair(message) and pmt.is_symbol(pmt.car(message)):
        message = pmt.dict_add(pmt.make_dict(), pmt.car(message), pmt.cdr(message))
    if not pmt.is_dict(message) or pmt.is_null(message):
        raise ValueError("a control message is a dictionary")
    return _read_dictionary(message)


def read_switch(message: Any) -> bool:
    """True or false.

    Args:
        message: a PMT that is one of them, or a pair with one behind, as Companion's widgets have
            it.

    Raises:
        ValueError: neither.
    """
    value = pmt.cdr(message) if pmt.is_pair(message) else message
    if not pmt.is_bool(value):
        raise ValueError("neither true nor false")
    return bool(pmt.to_bool(value))


def _read_dictionary(message: Any) -> dict[str, Any]:
    values = {}
    items = pmt.dict_items(message)
    for place in range(pmt.length(items)):
        name, value = pmt.car(pmt.nth(place, items)), pmt.cdr(pmt.nth(place, items))
        if not pmt.is_symbol(name):
            raise ValueError("the names in a control message are symbols")
        values[pmt.symbol_to_string(name)] = _read_value(value)
    return values


def _read_value(value: Any) -> Any:
    if pmt.is_number(value) or pmt.is_bool(value) or pmt.is_symbol(value):
        return pmt.to_python(value)
    if pmt.is_dict(value) and not pmt.is_null(value):
        return _read_dictionary(value)
    raise ValueError("a value in a control message is no number, text, flag or dictionary")
