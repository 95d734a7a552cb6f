# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What work costs a processor."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Result = TypeVar("Result")


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """Result, and the CPU time of this process: other processes on the machine do not count."""
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


class OncePerSpeech(Generic[Result]):
    """Work that depends on the speech alone: done once for all channels that it meets.

    Args:
        work: is given the samples.
    """

    def __init__(self, work: Callable[[NDArray[np.float32]], Result]) -> None:
        self._work = work
        self._last: tuple[NDArray[np.float32], tuple[Result, float]] | None = None

    def __call__(self, pcm: NDArray[np.float32]) -> tuple[Result, float]:
        """Its result for these samples, and the CPU seconds that it took."""
        if self._last is None or not np.array_equal(self._last[0], pcm):
            self._last = None  # if the work fails, nothing is left of the speech before
            self._last = pcm.copy(), timed(lambda: self._work(pcm))
        return self._last[1]
