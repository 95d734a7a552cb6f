# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The key of a transmitter: pressed for an over, released whatever happens."""

import logging
import math
import time
from collections import Counter
from contextlib import suppress
from threading import Condition, Thread, current_thread
from types import TracebackType
from typing import Self

from ...frame.nonzero_counts import nonzero
from .key import Key
from .release_guard import ReleaseGuard
from .release_process import BEAT_S

RETRY_S = 0.5
CLOSE_S = 3.0  # how long the last release may take
LIMIT_S = 180.0

_log = logging.getLogger(__name__)


class PushToTalk:
    """Presses and releases a key on a thread of its own, so that nobody waits for a slow rig.

    What is wanted is done as soon as it can be: a key that does not answer is tried again every
    half second. It is released at the end of the ``with``, after ``limit_s`` of one over, and when
    this process dies or hangs (see ReleaseGuard).

    Args:
        key: see there.
        lead_ms: from pressing the key to the first sample of an over.
        tail_ms: from an over's last sample to releasing the key.
        limit_s: longest over; beyond it the key is up until the next one begins.
        lead_tone: the key is the sound itself (VOX): the lead has to be a tone.
        idle_s: the key goes up where ``down`` is not said again for so long within an over; it goes
            down again when it is.

    Raises:
        OSError: the key does not answer; it was to be released.
    """

    def __init__(
        self,
        key: Key,
        lead_ms: float = 0.0,
        tail_ms: float = 0.0,
        limit_s: float = LIMIT_S,
        lead_tone: bool = False,
        idle_s: float = math.inf,
    ):
        self.lead_ms, self.tail_ms, self.lead_tone = lead_ms, tail_ms, lead_tone
        self._key, self._limit_s, self._idle_s = key, limit_s, idle_s
        self._changed = Condition()
        self._wanted = self._is_closing = False
        self._began = self._said = self._next_try = 0.0  # s, monotonic
        self._state: bool | None = False  # whether the key is down; None: not known
        self._counts: Counter[str] = Counter()
        key.release()
        self._guard = ReleaseGuard(key.guard)
        self._thread = Thread(target=self._follow, name="push_to_talk", daemon=True)
        self._thread.start()

    @property
    def is_down(self) -> bool:
        """Whether the key is down, as far as it has answered."""
        return self._state is True

    def counters(self) -> dict[str, int]:
        """What was counted: ``overs``, ``failures`` (of the key), ``too_long``, ``idle`` (cut)."""
        return nonzero(self._counts)

    def down(self) -> None:
        """The over begins, or still goes on; nothing after close."""
        with self._changed:
            self._said = time.monotonic()
            if not self._wanted:
                self._began = self._said
                self._counts["overs"] += not self._is_closing
            self._wanted = not self._is_closing
            self._changed.notify_all()

    def up(self) -> None:
        """The over ends."""
        with self._changed:
            self._wanted = False
            self._changed.notify_all()

    def wait(self, seconds: float) -> bool:
        """Waits until the key is as wanted; whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: self._state == self._goal(), seconds)

    def close(self) -> None:
        """Releases the key for good; returns when it is up, or a rig was silent for 3 s."""
        with self._changed:
            self._wanted, self._is_closing = False, True
            self._changed.notify_all()
        if self._thread is not current_thread():  # which may be collecting garbage
            self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _goal(self) -> bool:
        """Whether the key should be down: within an over that goes on and is not too long."""
        return self._wanted and time.monotonic() < self._ends()

    def _ends(self) -> float:
        """When the key goes up if nothing is said."""
        return min(self._began + self._limit_s, self._said + self._idle_s)

    def _follow(self) -> None:
        """Has the key follow what is wanted, until it is closed."""
        last_try = math.inf
        try:
            while not self._is_closing or (
                self._state is not False and time.monotonic() < last_try
            ):
                with self._changed:
                    self._changed.wait_for(self._has_work, self._pause_s())
                    goal = self._goal()
                if self._is_closing:
                    last_try = min(last_try, time.monotonic() + CLOSE_S)
                self._step(goal)
        finally:
            if self._state is not False:
                with suppress(OSError):
                    self._key.release()
            self._guard.close()
            self._key.close()

    def _has_work(self) -> bool:
        if self._state is None:
            return time.monotonic() >= self._next_try
        return self._is_closing or self._state != self._goal()

    def _pause_s(self) -> float | None:
        """How long there may be nothing to do; None: until something is wanted."""
        if self._state is None:
            return max(0.0, self._next_try - time.monotonic())
        if not self._state:
            return None
        return max(0.0, min(BEAT_S, self._ends() - time.monotonic()))

    def _step(self, goal: bool) -> None:
        """Brings the key where it is wanted; tells the guard that this thread lives."""
        if goal and not self._is_guarded():  # first: from now on the key may be down
            return
        if self._state == goal:
            return
        if self._state and self._wanted:
            self._note_cut()
        try:
            (self._key.press if goal else self._key.release)()
        except OSError as error:
            self._note_failure(error)
            return
        if not goal:
            with suppress(OSError):  # a guard that is gone releases a key that is up
                self._guard.tell(False)
        with self._changed:
            self._state = goal
            self._changed.notify_all()

    def _is_guarded(self) -> bool:
        """Whether another process would release the key now; if none would, it goes up."""
        try:
            self._guard.tell(True)
        except OSError as error:
            with suppress(OSError):
                self._key.release()
            self._note_failure(f"nothing would release the key if this process ended ({error})")
            return False
        return True

    def _note_failure(self, why: object) -> None:
        """Where the key is, is not known; soon there will be another try."""
        self._next_try = time.monotonic() + RETRY_S
        self._state = None
        self._note("failures", f"{why}; it is tried again")

    def _note_cut(self) -> None:
        """An over has not ended, and the key goes up."""
        if time.monotonic() >= self._began + self._limit_s:
            self._note("too_long", f"over longer than {self._limit_s:g} s: the key is released")
        else:
            self._note("idle", f"nothing to send for {self._idle_s:g} s: the key is released")

    def _note(self, what: str, why: str) -> None:
        self._counts[what] += 1
        if self._counts[what] == 1:
            _log.warning("%s; more of these are only counted", why)
