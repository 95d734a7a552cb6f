# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ends of the flowgraphs that run a device: samples out of a queue, and into one."""

import time
from typing import Any

import numpy as np
from gnuradio import gr

from .read_position import ReadPosition
from .sample_clock import SampleClock
from .sample_queue import SampleQueue

PORTION_S = 0.005  # of samples that are worth a call of Python
PATIENCE_S = 0.03  # that a device waits for samples, before it gets zeros
PUT_S = 0.2
AGAIN_MS = (
    2  # until GNU Radio asks a block again that had nothing to do; else a quarter of a second
)


class queue_source(gr.sync_block):
    """Samples out of a queue to a device; after the queue's end zeros, then it ends.

    Args:
        queue: where they come from.
        rate: samples/s.
        lead: samples that may wait between this block and the next one; 0: what there is room for.
            A buffer holds 512 at least, 64 ms at 8000 samples/s, and a device fills what it can.
        tail: zeros behind the end, which push what is sent out of filters and device.

    Attributes:
        next: the block behind, to be set.
        underruns: how often there was nothing to send.
        began: when the first sample was asked for, on the monotonic clock; None before.
    """

    def __init__(self, queue: SampleQueue, rate: float, lead: int, tail: int):
        gr.sync_block.__init__(self, name="queue_source", in_sig=None, out_sig=[np.complex64])
        self.set_blkd_input_timer_value(AGAIN_MS)
        self._queue, self._rate, self._lead, self._tail = queue, rate, lead, tail
        self._read = ReadPosition(self._next_read, rate)
        self.next: Any = None
        self.underruns = 0
        self._is_running = False

    def start(self) -> bool:
        self._left = self._tail
        self._is_dry = True
        self._read.reset()
        self.began: float | None = None
        self.newest = time.monotonic()
        self._is_running = True
        return True

    def stop(self) -> bool:
        self._is_running = False
        return True

    def waiting(self) -> int:
        """Samples between this block and the next one; may be asked by any thread.

        While a flowgraph is set up GNU Radio's counters are not there, and who asks crashes.
        """
        return max(0, int(self._between())) if self._is_running else 0

    def _next_read(self) -> int:
        return int(self.next.nitems_read(0))

    def _between(self) -> float:
        return float(self.nitems_written(0) - self._read.now())

    def work(self, input_items: Any, output_items: Any) -> int:
        out = output_items[0]
        room = min(len(out), self._lead_left()) if self._lead else len(out)
        if room <= 0:
            return 0
        self.newest = time.monotonic()
        samples = self._queue.get(room, PATIENCE_S)
        if len(samples):
            self.began = self.began or time.monotonic()
            self._is_dry = False
            out[: len(samples)] = samples
            return len(samples)
        if self._queue.is_over:
            return self._fade(out[:room])
        return self._make_up(out[:room])

    def _lead_left(self) -> int:
        """Room for so much in front of the next block; it waits until that is worth it."""
        left = self._lead - self._between()
        missing = PORTION_S - left / self._rate
        if missing <= 0.0:
            return int(left)
        time.sleep(missing)
        return int(self._lead - self._between())

    def _fade(self, out: Any) -> int:
        count = min(len(out), self._left)
        out[:count] = 0.0
        self._left -= count
        return count or -1  # WORK_DONE

    def _make_up(self, out: Any) -> int:
        """Zeros, so that a device that has begun to send does not stop for want of samples."""
        if not self._lead or self.began is None:
            return 0
        self.underruns += not self._is_dry
        self._is_dry = True
        out[:] = 0.0
        return len(out)


class queue_sink(gr.sync_block):
    """Samples from a device into a queue; a device that can wait does so.

    Args:
        queue: where they go.
        clock: that is told of them; None where time does not matter: then the stream's end is the
            queue's.
        portion: samples to take at once.
    """

    def __init__(self, queue: SampleQueue, clock: SampleClock | None, portion: int):
        gr.sync_block.__init__(self, name="queue_sink", in_sig=[np.complex64], out_sig=None)
        self.set_blkd_input_timer_value(AGAIN_MS)
        self._queue, self._clock = queue, clock
        if clock is not None:
            self.set_output_multiple(portion)

    def work(self, input_items: Any, output_items: Any) -> int:
        taken = self._queue.put(input_items[0], PUT_S)
        if self._clock is not None:
            self._clock.passed(taken)
        return taken

    def stop(self) -> bool:
        if self._clock is None:
            self._queue.end()
        return True
