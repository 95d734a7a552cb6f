# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Samples no faster than real time, after a standstill either: what stands for a sound card.

``blocks.throttle`` keeps the mean rate since the start. A process that stood still for ten seconds
would then let ten seconds of samples through at once, and a listener on a clock would lose them.
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from gnuradio import gr

SAMPLE_RATE = 24000  # Hz
PORTION = SAMPLE_RATE // 50  # samples between two sleeps, 20 ms; as buffers hold it would be 1/3 s
SLACK = 3 * PORTION  # samples that may be made up for: a portion more is a frame


class PaceClock:
    """When samples are due that come one after the other at a rate.

    Args:
        rate: samples per second.
        slack: samples by which they may be late and still make up for it; what is later moves
            everything behind it.
        clock: gives the time in seconds; monotonic.
    """

    def __init__(self, rate: float, slack: int, clock: Callable[[], float] = time.monotonic):
        self._rate, self._slack, self._clock = rate, slack, clock
        self.reset()

    def reset(self) -> None:
        """The next samples are the first, and due at once."""
        self._due: float | None = None

    def seconds_to_wait(self, samples: int) -> float:
        """Seconds until the next samples are due, 0 or more; so many pass then."""
        now = self._clock()
        due = now if self._due is None else max(self._due, now - self._slack / self._rate)
        self._due = due + samples / self._rate
        return max(0.0, due - now)


class real_time_pace(gr.sync_block):
    """Passes samples at their rate by this machine's clock; after a standstill one frame at once.

    Args:
        rate: samples per second; another than 24 kHz in tests.
        clock, sleep: as in PaceClock, and what waits for so many seconds.

    Stream input and output: float.
    """

    def __init__(
        self,
        rate: float = SAMPLE_RATE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ):
        gr.sync_block.__init__(
            self, name="real_time_pace", in_sig=[np.float32], out_sig=[np.float32]
        )
        self._pace, self._sleep = PaceClock(rate, SLACK, clock), sleep
        self.set_max_noutput_items(PORTION)

    def start(self) -> bool:
        self._pace.reset()
        return True

    def work(self, input_items: Any, output_items: Any) -> int:
        self._sleep(self._pace.seconds_to_wait(len(output_items[0])))
        output_items[0][:] = input_items[0]
        return len(output_items[0])
