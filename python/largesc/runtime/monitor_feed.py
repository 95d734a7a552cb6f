# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the blocks that watch a link share: their ports, and what they know."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import numpy as np
import pmt
from gnuradio import gr

from ..frame.nonzero_counts import nonzero
from ..frame.report import Report
from ..frame.tokens import FRAME_RATE
from ..monitor.band_history import BandHistory, Mark
from ..monitor.link_figures import LinkFigures
from ..monitor.link_state import LinkState
from ..monitor.token_history import TokenHistory
from . import pdu
from .arrival_message import read_arrival
from .stream_end import EndsByMarker, block_log

# What draws may never let go: a signal's handler that Companion writes runs in its thread, in the
# middle of a picture, and waits for this block's thread to end.
PATIENCE_S = 1.0


class MonitorFeed(EndsByMarker, gr.sync_block):
    """Takes what the blocks of a receiver say, and the samples before its demodulator.

    Args:
        name: of the block.
        band: for the samples; None: the block has no stream input.
        seconds: that the pictures go back.
    """

    def __init__(self, name: str, band: BandHistory | None, seconds: float):
        self._band, self._seconds = band, seconds
        samples = None if band is None else [np.complex64]
        gr.sync_block.__init__(self, name=name, in_sig=samples, out_sig=None)
        self._state, self._lock = LinkState(), Lock()
        self._tokens = TokenHistory(round(self._seconds * FRAME_RATE))
        self._counts: Counter[str] = Counter()
        self._log = block_log(self)
        handlers = {
            "packets": self._handle_packet,
            "status": self._handle_status,
            "tokens": self._handle_tokens,
            "report": self._handle_report,
            "key": self._handle_key,
        }
        for port, handler in handlers.items():
            self.message_port_register_in(pmt.intern(port))
            self.set_msg_handler(pmt.intern(port), handler)
        self.start_waiting_for_marker()

    def figures(self) -> LinkFigures:
        """What is known of the link now."""
        with self._lock:
            return self._state.figures(time.monotonic())

    def counters(self) -> dict[str, int]:
        """What was counted so far, by name."""
        return nonzero(self._counts)

    def start(self) -> bool:
        self.forget_last_run()
        with self._lock:
            self._state.reset()
            self._tokens.reset()
            if self._band is not None:
                self._band.reset()
        self._counts.clear()
        return True

    def work(self, input_items: Any, output_items: Any) -> int:
        if self._band is not None:
            with self._held() as mine:
                if mine:
                    self._band.push(input_items[0])
        self.noted()
        return len(input_items[0])

    @contextmanager
    def _held(self) -> Iterator[bool]:
        """Whether what is shown may be changed now; counted as ``unseen`` if not."""
        mine = self._lock.acquire(timeout=PATIENCE_S)
        self._counts["unseen"] += not mine
        try:
            yield mine
        finally:
            if mine:
                self._lock.release()

    def noted(self) -> None:
        """Something has come; derived blocks may show it."""

    def _handle_packet(self, message: Any) -> None:
        self._take(message, self._packet)

    def _handle_status(self, message: Any) -> None:
        self._take(message, self._status)

    def _handle_tokens(self, message: Any) -> None:
        if not _is_end(message):
            self._take(message, self._frame)
            return
        self.note_work()
        self.finish()
        self.noted()

    def _handle_report(self, message: Any) -> None:
        self._take(message, self._report)

    def _handle_key(self, message: Any) -> None:
        self._take(message, self._key)

    def _take(self, message: Any, take: Callable[[Any], None]) -> None:
        """Guards a handler: an exception would end the block."""
        self.note_work()
        try:
            with self._held() as mine:
                if mine:
                    take(message)
        except ValueError as error:
            self._refuse("malformed", str(error))
        except Exception as error:  # whatever it is
            self._refuse("errors", f"{type(error).__name__}: {error}")
        self.noted()

    def _packet(self, message: Any) -> None:
        received = pdu.split(message)
        if not pdu.is_end(received):
            self._state.packet(read_arrival(received), time.monotonic())

    def _status(self, message: Any) -> None:
        status = _dictionary(message)
        if not isinstance(status.get("sync"), bool):
            raise pdu.PduError("a status is a dictionary with sync")
        if not isinstance(status.get("accepted"), bool):
            self._state.over(status["sync"])
            return
        begins, snr, offset = (_number(status, name) for name in ("time", "snr", "offset"))
        self._state.slot(snr, offset, status["accepted"])
        if self._band is not None:
            self._band.mark(begins, Mark.BELIEVED if status["accepted"] else Mark.DAMAGED)

    def _frame(self, message: Any) -> None:
        received = pdu.split(message)
        tokens, origin = pdu.read_tokens(received.vector), pdu.optional_origin(received.meta)
        if origin is None:
            raise pdu.PduError("metadata has no token origins (source)")
        self._counts["frames"] += 1
        self._tokens.push(origin)
        self._state.frame(tokens, origin, time.monotonic())

    def _report(self, message: Any) -> None:
        self._state.report(Report.of_dict(_dictionary(message)))

    def _key(self, message: Any) -> None:
        if not pmt.is_pair(message) or not pmt.is_bool(pmt.cdr(message)):
            raise pdu.PduError("a key is a pair of a name and true or false")
        self._state.key(pmt.to_bool(pmt.cdr(message)))

    def _refuse(self, what: str, why: str) -> None:
        self._counts[what] += 1
        if self._counts[what] == 1:
            self._log.warn(f"dropped ({what}): {why}; more of these are only counted")


def _number(status: dict[str, Any], name: str) -> float:
    value = status.get(name)
    if not isinstance(value, (int, float)):
        raise pdu.PduError(f"{name} of a status is no number")
    return float(value)


def _is_end(message: Any) -> bool:
    """Whether it is the marker of the end; what is no message at all is refused elsewhere."""
    try:
        return pdu.is_end(pdu.split(message))
    except ValueError:
        return False


def _dictionary(message: Any) -> dict[str, Any]:
    if not pmt.is_dict(message) or pmt.is_null(message):
        raise pdu.PduError("no dictionary")
    values = pmt.to_python(message)
    if not isinstance(values, dict):
        raise pdu.PduError("no dictionary")
    return values
