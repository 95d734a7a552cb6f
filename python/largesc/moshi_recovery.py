# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block: fills missing tokens."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import pdu
from .bounded_worker import BoundedWorker, WhenFull
from .link.tokens import MISSING_TOKEN, TokenOrigin, Tokens
from .pdu_block import PduBlock
from .recovery.token_recovery import make_recovery

DEFAULT_QUEUE = 5  # frames, 400 ms: a computer that pauses for longer is not live


class _Frame(NamedTuple):
    meta: Any
    due: Tokens
    newest: Tokens
    origin: NDArray[np.uint8]


class moshi_recovery(PduBlock):
    """Fills the holes that loss left in token frames; marks what it filled as recovered (3).

    Tokens of silence (5) are no holes: they stay -1, and the decoder knows what to do. A frame on
    which the model fails passes as it came and is counted.

    Args:
        recovery: strategy. ``zero`` leaves holes, ``hold`` repeats the last frame.
        max_queue: live: frames that may wait for the model; beyond it the oldest is dropped and
            counted. 0 chooses 5. Not live: without effect, the model runs at once.
        live: the model runs on a thread of its own, with the queue above.

    Raises:
        ValueError: no such strategy, or max_queue is negative.

    Message ports: ``tokens`` in, ``tokens`` out. Counters: ``frames``, ``primary``, ``redundant``,
    ``recovered``, ``missing``, ``unsent``, ``silence`` (tokens), ``dropped``, ``malformed``,
    ``errors``.
    """

    def __init__(self, recovery: str = "hold", max_queue: int = 0, live: bool = False):
        PduBlock.__init__(self, "moshi_recovery", "tokens", "tokens")
        if max_queue < 0:
            raise ValueError(f"max_queue must not be negative, but is {max_queue}")
        self._recovery = make_recovery(recovery)
        self._worker: BoundedWorker[_Frame] | None = None
        if live:
            capacity = max_queue or DEFAULT_QUEUE
            self._worker = BoundedWorker(self._fill, capacity, WhenFull.DROP_OLDEST)

    def counters(self) -> dict[str, int]:
        counts = PduBlock.counters(self)
        if self._worker is not None and self._worker.dropped:
            counts["dropped"] = self._worker.dropped
        return counts

    def start(self) -> bool:
        if self._worker is not None:
            self._worker.abort()
        PduBlock.start(self)
        if self._worker is not None:
            self._worker.start()
        return True

    def stop(self) -> bool:
        if self._worker is not None:
            self._worker.abort()
        return True

    def reset(self) -> None:
        self._recovery.reset()

    def process(self, received: pdu.Pdu) -> None:
        due = pdu.read_tokens(received.vector)
        newest = pdu.optional_tokens(received.meta, "newest")
        origin = pdu.optional_origin(received.meta)
        if origin is None:
            held = due != MISSING_TOKEN
            origin = np.where(held, TokenOrigin.PRIMARY, TokenOrigin.MISSING).astype(np.uint8)
        frame = _Frame(received.meta, due, due if newest is None else newest, origin)
        if self._worker is None:
            self._fill(frame)
        else:
            self._worker.put(frame)

    def set_recovery(self, recovery: str) -> None:
        """Another strategy from the next frame on; it starts without memory."""
        self._recovery = make_recovery(recovery)

    def _end(self, marker: pdu.Pdu) -> None:
        if self._worker is not None:
            self._worker.wait_until_idle()
        PduBlock._end(self, marker)

    def _fill(self, frame: _Frame) -> None:
        filled = self._filled(frame)
        origin = frame.origin.copy()
        origin[(frame.due == MISSING_TOKEN) & (filled != MISSING_TOKEN)] = TokenOrigin.RECOVERED
        self.count("frames")
        for kind in TokenOrigin:
            self._counts[kind.name.lower()] += int(np.count_nonzero(origin == kind))
        self.publish(pdu.token_frame(pdu.add(frame.meta, source=origin), filled))

    def _filled(self, frame: _Frame) -> Tokens:
        silent = frame.origin == TokenOrigin.SILENCE
        try:
            if silent.all():
                self._recovery.pause()
                return frame.due
            filled = self._recovery.push(frame.newest, frame.due)
        except Exception as error:  # whatever it is: the stream goes on
            self._refuse("errors", f"{type(error).__name__}: {error}", "passed as it came")
            return frame.due
        return np.where(silent, frame.due, filled)
