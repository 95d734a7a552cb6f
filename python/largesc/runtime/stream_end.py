# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ending a flowgraph of PDU blocks without losing what is in flight.

GNU Radio tells the message neighbours of a block that is done to be done themselves, whatever
still sits in their queues: the last frames of a file would be lost, now and then. Blocks of
this module end by the in-band end marker instead and take GNU Radio's word (``done`` on port
``system``) only as a hint that the marker must be near.
"""

import threading
import time
from typing import Any

import pmt
from gnuradio import gr

SYSTEM = pmt.intern("system")
DONE = pmt.cons(pmt.intern("done"), pmt.from_long(1))
GRACE_S = 2.0  # after which silence no end marker is expected from a neighbour that is done


class EndsByMarker:
    """Mixin for message blocks: stays alive until :meth:`finish`, or long after a neighbour.

    A sender that is no block of this module may end without marker; then the block ends by
    itself, when GNU Radio has said so and two seconds have brought nothing more. A slow block,
    whose queue is still long when its sender is done, works it off.
    """

    def start_waiting_for_marker(self) -> None:
        """Call once, in the constructor."""
        self._grace: threading.Timer | None = None
        self._last_work = 0.0  # s, monotonic
        self._has_run = False
        self.set_msg_handler(SYSTEM, self._handle_system)  # type: ignore[attr-defined]

    def forget_last_run(self) -> None:
        """Call in ``start``: drops what the run before left in the block's queues.

        A block that is stopped leaves frames, end markers and GNU Radio's ``done`` unread; the
        next run would take them for its own and end with them.
        """
        self._cancel_grace()
        if self._has_run:
            for port in pmt.to_python(self.message_ports_in()):  # type: ignore[attr-defined]
                while self.delete_head_nowait(pmt.intern(port)):  # type: ignore[attr-defined]
                    pass
        self._has_run = True

    def note_work(self) -> None:
        """Call when a message has come: more may follow."""
        self._last_work = time.monotonic()

    def finish(self) -> None:
        """The block's work is over; GNU Radio may end its thread."""
        self._cancel_grace()
        self.system_handler(DONE)  # type: ignore[attr-defined]

    def _handle_system(self, message: Any) -> None:
        if self._grace is None:
            self._wait(GRACE_S)
        elif not self._grace.is_alive():
            self.system_handler(message)  # type: ignore[attr-defined]

    def _cancel_grace(self) -> None:
        if self._grace is not None:
            self._grace.cancel()
            self._grace = None

    def _wait(self, seconds: float) -> None:
        self._grace = threading.Timer(seconds, self._give_up)
        self._grace.daemon = True
        self._grace.start()

    def _give_up(self) -> None:
        if self._grace is None:
            return  # cancelled while the timer already ran
        quiet = time.monotonic() - self._last_work
        if quiet < GRACE_S:
            self._wait(GRACE_S - quiet)
            return
        self.system_handler(DONE)  # type: ignore[attr-defined]
        self._post(SYSTEM, DONE)  # type: ignore[attr-defined]  # wakes the block's thread


def block_log(block: gr.basic_block) -> Any:
    """Logger named after the block, as C++ blocks have."""
    return gr.logger(block.name())
