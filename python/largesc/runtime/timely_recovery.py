# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recovery on a thread of its own that answers for every frame in time, whatever the model does."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from ..recovery.frame_recovery import FilledFrame

Frame = TypeVar("Frame")


@dataclass
class _Job(Generic[Frame]):
    frame: Frame
    instead: FilledFrame
    deadline: float
    answer: FilledFrame | None = None
    is_skipped: bool = False


class TimelyRecovery(Generic[Frame]):
    """Publishes frames filled by a model, or, when their time is up, what there is instead.

    The order of frames stays. A frame to which the model has nothing to add is answered at once.
    The model is told of every frame all the same, in order, so that its streams keep step with the
    listener: by ``skip``, which is quicker than ``fill``, if the frame's time was up before the
    model came to it. An answer that comes too late is not heard; the model goes on as if it had
    been. If more than ``capacity`` frames wait for the model, the oldest are not told, and the
    model begins anew.

    Args:
        fill: the model's answer, on the model's thread; must not raise.
        skip: tells the model of a frame and what was played in its place; must not raise.
        restart: the model forgets everything before this frame; must not raise.
        publish: called with frame and answer, and whether it is the one instead, under a lock.
        deadline_s: seconds from coming to publishing.
        capacity: frames that may wait for the model, 1 or more.
    """

    def __init__(
        self,
        fill: Callable[[Frame], FilledFrame],
        skip: Callable[[Frame, FilledFrame], None],
        restart: Callable[[Frame], None],
        publish: Callable[[Frame, FilledFrame, bool], None],
        deadline_s: float,
        capacity: int,
    ):
        self._fill, self._skip, self._restart, self._publish = fill, skip, restart, publish
        self._deadline_s, self._capacity = deadline_s, capacity
        self._unanswered: deque[_Job[Frame]] = deque()
        self._untold: deque[_Job[Frame]] = deque()
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._stopping = self._lost_track = False

    def start(self) -> None:
        """Begins anew; what still ran is aborted."""
        self.abort()
        self._stopping = self._lost_track = False
        targets = (self._run_model, self._watch_deadlines)
        self._threads = [threading.Thread(target=target, daemon=True) for target in targets]
        for thread in self._threads:
            thread.start()

    def abort(self) -> None:
        """Ends the threads, after the frame that the model is at; what waits is thrown away."""
        with self._changed:
            self._stopping = True
            self._unanswered.clear()
            self._untold.clear()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()
        self._threads = []

    def put(self, frame: Frame, instead: FilledFrame, is_complete: bool) -> None:
        """Brings a frame, unless stopped.

        Args:
            frame: for the functions above.
            instead: what is published when its time is up.
            is_complete: that is what the model would answer, too.
        """
        job = _Job(frame, instead, time.monotonic() + self._deadline_s)
        with self._changed:
            if self._stopping or not self._threads:
                return
            job.answer = instead if is_complete else None
            self._unanswered.append(job)
            self._untold.append(job)
            if len(self._untold) > self._capacity:
                self._untold.popleft()
                self._lost_track = True
            self._release()
            self._changed.notify_all()

    def wait_until_answered(self) -> None:
        """Returns when every frame that came has been published."""
        with self._changed:
            self._changed.wait_for(lambda: not self._unanswered)

    def _release(self) -> None:
        while self._unanswered and self._unanswered[0].answer is not None:
            job = self._unanswered.popleft()
            self._publish(job.frame, job.answer or job.instead, job.is_skipped)
        self._changed.notify_all()

    def _watch_deadlines(self) -> None:
        with self._changed:
            while not self._stopping:
                if not self._unanswered:
                    self._changed.wait()
                    continue
                first = self._unanswered[0]
                left = first.deadline - time.monotonic()
                if left > 0:
                    self._changed.wait(left)
                    continue
                first.answer, first.is_skipped = first.instead, True
                self._release()

    def _run_model(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._untold or self._stopping)
                if self._stopping:
                    return
                job = self._untold.popleft()
                begin_anew, self._lost_track = self._lost_track, False
            if begin_anew:
                self._restart(job.frame)
            if job.is_skipped:
                self._skip(job.frame, job.instead)
                continue
            answer = self._fill(job.frame)
            with self._changed:
                if job.answer is None:
                    job.answer = answer
                    self._release()
