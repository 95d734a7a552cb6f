# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""One direction of a device: a flowgraph of its own, that can be stopped, and opened again."""

import time
from collections.abc import Callable
from threading import Thread
from typing import Any

from gnuradio import gr

from .baseband import from_modem, to_modem
from .front_ends.front_end import FrontEnd, FrontEndError
from .queue_blocks import queue_sink, queue_source
from .sample_clock import SampleClock
from .sample_queue import SampleQueue

PORTION_S = 0.01  # samples that go from thread to thread at once
# Of samples to be sent that wait behind Python's last block. All of Python may stand still; what is
# behind it goes on.
LEAD_S = 0.02
TAIL_S = 0.02  # of zeros behind the last sample, beside what the device holds
WAIT_S = 3.0  # without progress, after which a device hangs
LOOK_S = 0.01

Opener = Callable[[], FrontEnd]


class DevicePath:
    """What both directions share.

    Args:
        opener: opens the front end; called again after a fault.

    Attributes:
        front: that is open; None after a fault, until it is open again.
        is_running: the device gives or takes samples.
    """

    def __init__(self, opener: Opener):
        self._opener = opener
        self.front: FrontEnd | None = None
        self._flowgraph: gr.top_block | None = None
        self._parts: list[Any] = []  # GNU Radio does not keep Python's blocks alive
        self.is_running = False

    def open(self) -> FrontEnd:
        """Opens the device, unless it is open.

        Raises:
            FrontEndError: it cannot be used.
        """
        if self.front is None:
            front = self._opener()
            try:
                self._parts = self._chain(front)
                self._flowgraph = gr.top_block("radio")
                self._flowgraph.connect(*self._parts)
            except Exception as error:
                front.close()
                if isinstance(error, ValueError):  # its rate does not fit the modem's
                    raise FrontEndError(str(error)) from error
                raise
            self.front = front
        return self.front

    def start(self) -> None:
        """The device runs."""
        assert self._flowgraph is not None
        self._flowgraph.start()
        self.is_running = True

    def stop(self) -> None:
        """The device rests; it stays open."""
        if self._flowgraph is not None and self.is_running:
            self._flowgraph.stop()
            self._flowgraph.wait()
        self.is_running = False

    def close(self) -> None:
        """The device is let go."""
        self.stop()
        front, self.front = self.front, None
        self._flowgraph, self._parts = None, []
        if front is not None:
            front.close()

    def _chain(self, front: FrontEnd) -> list[Any]:
        raise TypeError(f"{type(self).__name__} has no blocks")


class ReceivingPath(DevicePath):
    """From the device into a queue.

    Attributes:
        clock: of what comes.
        read_error: of a recording that is read: why not to its end; empty if it is.
    """

    def __init__(self, opener: Opener, queue: SampleQueue, rate: float):
        super().__init__(opener)
        self._queue, self.clock = queue, SampleClock(rate)
        self._read_error = ""

    @property
    def read_error(self) -> str:
        return self._read_error if self.front is None else self.front.read_error

    def start(self) -> None:
        self.clock.reset()
        super().start()

    def close(self) -> None:
        self._read_error = self.read_error
        super().close()

    def _chain(self, front: FrontEnd) -> list[Any]:
        source = front.source()
        clock = self.clock if front.is_live else None
        sink = queue_sink(self._queue, clock, round(PORTION_S * front.modem.sample_rate))
        return [source, *to_modem(front), sink]


class SendingPath(DevicePath):
    """Out of a queue to the device; it stops by itself behind the queue's end.

    Attributes:
        head: where samples leave the queue.
        write_error: of a recording that is complete: why something is missing; empty if nothing is.
    """

    def __init__(self, opener: Opener, queue: SampleQueue):
        super().__init__(opener)
        self._queue = queue
        self.head: queue_source | None = None
        self.write_error = ""

    def close(self) -> None:
        front = self.front
        super().close()
        if front is not None:
            self.write_error = front.write_error

    def finish(self) -> None:
        """Waits until all is out, behind the queue's end.

        Raises:
            FrontEndError: the device takes it no more.
        """
        if self._flowgraph is None or not self.is_running:
            return
        waiter = Thread(target=self._flowgraph.wait, daemon=True)
        waiter.start()
        assert self.head is not None
        while waiter.is_alive():
            waiter.join(LOOK_S)
            if waiter.is_alive() and time.monotonic() - self.head.newest > WAIT_S:
                raise FrontEndError("it does not take what is to be sent")
        self.is_running = False

    def _chain(self, front: FrontEnd) -> list[Any]:
        sink = front.sink()
        rate = front.modem.sample_rate
        lead = round(LEAD_S * rate) if front.is_live else 0
        tail = round((front.buffer_s + TAIL_S) * rate) if front.is_live else 0
        self.head = queue_source(self._queue, rate, lead, tail)
        chain = [self.head, *from_modem(front), sink]
        self.head.next = getattr(chain[1], "first", chain[1])
        return chain
