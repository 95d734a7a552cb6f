# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Setters of blocks, which Companion calls in the slot of a widget."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from .stream_end import block_log

Arguments = ParamSpec("Arguments")


def guarded_setter(
    setter: Callable[Concatenate[Any, Arguments], None],
) -> Callable[Concatenate[Any, Arguments], None]:
    """Decorator: what the setter raises is said in the block's log instead, once per kind.

    An exception in a slot ends a Qt flowgraph. The setter must raise before it changes anything,
    so that the value before stays.
    """

    @wraps(setter)
    def guarded(self: Any, /, *arguments: Arguments.args, **named: Arguments.kwargs) -> None:
        try:
            setter(self, *arguments, **named)
        except Exception as error:  # whatever it is: it would end the flowgraph
            _refuse(self, setter.__name__, error)

    return guarded


def _refuse(block: Any, setter: str, error: Exception) -> None:
    text = str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
    kind = setter, text.rpartition(", not ")[0] or text  # without the value
    said: set[tuple[str, str]] = block.__dict__.setdefault("_refusals_said", set())
    if kind not in said:
        said.add(kind)
        block_log(block).error(f"{setter} refused, the value before stays: {text}")
