# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies of what has models in it, which go on from where it is, each its own way, with the same
weights: quick to make, and all of them take the memory of one.
"""

import copy
from typing import Any, TypeVar

import numpy as np
import torch
from moshi.modules.streaming import State

LARGE = 10_000  # elements; a larger array that is no streaming state is weights
Something = TypeVar("Something")


class Forks:
    """Makes copies of an object of models, whose weights they share.

    Args:
        original: its weights never change.

    Attributes:
        shared_bytes: of the weights.
    """

    def __init__(self, original: Any):
        self._shared: dict[int, Any] = {}
        _collect(original, self._shared, set())
        self.shared_bytes = sum(array.nbytes for array in self._shared.values())

    def of(self, something: Something) -> Something:
        """A copy that has the state of the original or of one of its copies."""
        return copy.deepcopy(something, dict(self._shared))


def _collect(something: Any, found: dict[int, Any], seen: set[int]) -> None:
    """All large arrays of an object but those in the states of moshi's modules."""
    if id(something) in seen or isinstance(something, State):
        return
    seen.add(id(something))
    if isinstance(something, torch.Tensor | np.ndarray):
        size = something.numel() if isinstance(something, torch.Tensor) else something.size
        if size > LARGE:
            found[id(something)] = something
        return
    if isinstance(something, dict):
        parts = list(something.values())
    elif isinstance(something, list | tuple | set | frozenset):
        parts = list(something)
    else:
        parts = list(getattr(something, "__dict__", {}).values())
        if isinstance(something, type):
            return
    for part in parts:
        _collect(part, found, seen)
