# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Models that were loaded before: whoever wants the same again has it at once.

A station has a codec to send with, one to receive with and one for its recovery, of the same
files. They share weights and graphs; each has a state of its own.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Generic, TypeVar

from .model_forks import Forks

Model = TypeVar("Model")
LARGEST = 256 << 20  # bytes of weights that may stay in memory though nobody uses them


class KeptModels(Generic[Model]):
    """The last models of a kind, each in the state that it was loaded in.

    Args:
        count: how many.
        largest: bytes of weights; a model with more is not kept.
        keeps: whether a model can be copied.
    """

    def __init__(
        self,
        count: int = 2,
        largest: int = LARGEST,
        keeps: Callable[[Model], bool] = lambda model: True,
    ):
        self._count, self._largest, self._keeps = count, largest, keeps
        self._kept: OrderedDict[Hashable, tuple[Forks, Model]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, key: Hashable, load: Callable[[], Model]) -> Model:
        """A model of one's own, but for its weights, which never change.

        Args:
            key: all that decides what is loaded.
            load: makes it, if it is not kept.
        """
        with self._lock:
            found = self._kept.pop(key, None)
            if found is None:
                model = load()
                if not self._keeps(model):
                    return model
                found = Forks(model), model
                if found[0].shared_bytes > self._largest:
                    return model
            self._kept[key] = found
            if len(self._kept) > self._count:
                self._kept.popitem(last=False)
        forks, model = found
        return forks.of(model)


def file_key(path: Path) -> tuple[str, int, int]:
    """What tells a file from another, and from what it was before it was written anew.

    Raises:
        OSError: it is not there.
    """
    facts = path.stat()
    return str(path.resolve()), facts.st_mtime_ns, facts.st_size
