# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A flowgraph that can be asked to end, and what live ones share."""

from collections.abc import Callable
from threading import Thread
from typing import Any

import numpy as np
from gnuradio import blocks, gr

from ..runtime.real_time_pace import SAMPLE_RATE, real_time_pace

END_PATIENCE_S = 5.0  # how long what is in flight may take to come out
LOOK_EVERY_S = 0.2
SLOWEST = 0.01  # of the speed of speech: a frame takes 8 s


class live_flowgraph(gr.top_block):
    """A flowgraph that can be asked to end, and then plays or sends what is in flight."""

    def end(self) -> None:
        """Asks for the end; what is in flight still comes out."""
        raise TypeError(f"{type(self).__name__} does not say how it ends")

    def run_until(self, is_over: Callable[[], bool]) -> None:
        """Runs until it has ended by itself, or the question, asked five times a second, is yes.

        A flowgraph that does not end within 5 s of being asked is stopped.
        """
        self.start()
        waiter = Thread(target=self.wait, daemon=True)
        waiter.start()
        while waiter.is_alive() and not is_over():
            waiter.join(timeout=LOOK_EVERY_S)
        if waiter.is_alive():
            self.end()
            waiter.join(timeout=END_PATIENCE_S)
        if waiter.is_alive():
            self.stop()
            waiter.join()


class switch(gr.sync_block):
    """Passes samples until it is switched off; then its output ends, as a file's would."""

    def __init__(self) -> None:
        gr.sync_block.__init__(self, name="switch", in_sig=[np.float32], out_sig=[np.float32])
        self._on = True

    def start(self) -> bool:
        self._on = True
        return True

    def switch_off(self) -> None:
        """The output ends with the next look at it."""
        self._on = False

    def work(self, input_items: Any, output_items: Any) -> int:
        if not self._on:
            return -1  # WORK_DONE
        output_items[0][:] = input_items[0]
        return len(output_items[0])


def paced(speed: float) -> real_time_pace:
    """Paces samples by the machine's clock; keep it, GNU Radio does not."""
    return real_time_pace(SAMPLE_RATE * speed)


def check_speed(speed: float) -> None:
    """Whether a speed makes sense.

    Raises:
        ValueError: it does not.
    """
    if not SLOWEST <= speed < 100.0:
        raise ValueError(f"speed must be {SLOWEST} or more and below 100, not {speed}")


def listeners_clock(speed: float) -> gr.basic_block:
    """Takes samples as a sound card would that stands still with nobody.

    It catches up after a standstill, as real_time_pace does not: a listener that fell behind for
    good would leave out what comes from then on.
    """
    clock = blocks.throttle(gr.sizeof_float, SAMPLE_RATE * speed)
    clock.set_max_noutput_items(int(SAMPLE_RATE) // 50)  # it sleeps once per call: 20 ms
    return clock
