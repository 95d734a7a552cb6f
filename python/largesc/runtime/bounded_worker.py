# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A thread that works off a short queue: what a model runs on, so that no block waits for it."""

import logging
import threading
from collections import deque
from collections.abc import Callable
from enum import Enum
from functools import partial
from typing import Generic, TypeVar

from ..frame.nonzero_counts import nonzero

Item = TypeVar("Item")
_log = logging.getLogger(__name__)


class WhenFull(Enum):
    """What becomes of a new item when the queue is full."""

    WAIT = "wait"  # the one who brings it waits: nothing is lost
    DROP_OLDEST = "drop oldest"  # the longest waiting item is thrown away, and counted


class BoundedWorker(Generic[Item]):
    """Does one job per item, in the order in which items come, on a thread of its own.

    Whatever the job raises, the thread lives on: the exception is counted, handed to ``on_error``
    and the next item taken. It can be started again after :meth:`stop` or :meth:`abort`.

    Args:
        job: called with every item, on the worker's thread.
        capacity: items that may wait, 1 or more; the one being worked on is not among them.
        when_full: see :class:`WhenFull`.
        on_error: called with item and exception on the worker's thread when the job raised; what
            it raises itself is counted as well.
        on_done: called on the worker's thread after each item, once :attr:`backlog` no longer
            contains it.

    Attributes:
        done, dropped, errors: items worked off (with or without error), thrown away by a full
            queue, and exceptions, since :meth:`start`.
        highest_backlog: most items in hand at a time.

    Raises:
        ValueError: capacity below 1.
    """

    def __init__(
        self,
        job: Callable[[Item], None],
        capacity: int,
        when_full: WhenFull,
        on_error: Callable[[Item, Exception], None] | None = None,
        on_done: Callable[[], None] | None = None,
    ):
        if capacity < 1:
            raise ValueError(f"capacity must be 1 or more, not {capacity}")
        self.capacity = capacity
        self._job, self._when_full = job, when_full
        self._on_error, self._on_done = on_error, on_done
        self._queue: deque[Item] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._busy = self._stopping = False
        self.done = self.dropped = self.errors = self.highest_backlog = 0

    @property
    def backlog(self) -> int:
        """Items in hand: waiting, and the one being worked on."""
        with self._changed:
            return len(self._queue) + self._busy

    def counters(self) -> dict[str, int]:
        """``dropped`` and ``errors``, each only if there were any."""
        counts = {"dropped": self.dropped, "errors": self.errors}
        return nonzero(counts)

    def start(self) -> None:
        """Begins anew: empty queue, counters at zero. What still ran is aborted."""
        self.abort()
        self.done = self.dropped = self.errors = self.highest_backlog = 0
        self._stopping = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def put(self, item: Item) -> bool:
        """Brings an item; tells whether it was taken (not before a start or after a stop).

        Waits while the queue is full if that is what ``when_full`` says; then it must not be
        called from the job.
        """
        with self._changed:
            if self._when_full is WhenFull.WAIT:
                self._changed.wait_for(lambda: self._closed() or not self._is_full())
            if self._closed():
                return False
            if self._is_full():
                self._queue.popleft()
                self.dropped += 1
            self._queue.append(item)
            self.highest_backlog = max(self.highest_backlog, len(self._queue) + self._busy)
            self._changed.notify_all()
            return True

    def wait_until_idle(self) -> None:
        """Returns when nothing is in hand."""
        with self._changed:
            self._changed.wait_for(lambda: not self._queue and not self._busy)

    def stop(self) -> None:
        """Works off what is in hand, then ends the thread; takes nothing new meanwhile."""
        self._end(keep=True)

    def abort(self) -> None:
        """Ends the thread after the item being worked on; what waits is thrown away, uncounted."""
        self._end(keep=False)

    def _end(self, keep: bool) -> None:
        with self._changed:
            self._stopping = True
            if not keep:
                self._queue.clear()
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._queue or self._stopping)
                if not self._queue:
                    return
                item = self._queue.popleft()
                self._busy = True
                self._changed.notify_all()
            self._guarded(partial(self._job, item), item)
            with self._changed:
                self._busy = False
                self.done += 1
                self._changed.notify_all()
            if self._on_done is not None:
                self._guarded(self._on_done, item)

    def _guarded(self, call: Callable[[], None], item: Item) -> None:
        try:
            call()
        except Exception as error:  # whatever it is: it would end the thread
            self.errors += 1
            if self._on_error is not None:
                self._report(item, error)

    def _report(self, item: Item, error: Exception) -> None:
        assert self._on_error is not None
        try:
            self._on_error(item, error)
        except Exception:  # nor may this end the thread
            self.errors += 1
            _log.exception("what reports errors failed")

    def _is_full(self) -> bool:
        return len(self._queue) >= self.capacity

    def _closed(self) -> bool:
        return self._stopping or self._thread is None
