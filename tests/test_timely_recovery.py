# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recovery in time: order, deadlines, what the model is told, beginning anew, ending."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from gnuradio.largesc.recovery.frame_recovery import FilledFrame
from gnuradio.largesc.runtime.timely_recovery import TimelyRecovery

LONG = 60.0  # s; only a test that fails takes so long
TIME_UP = 0.5  # s; within it a thread begins to run, however busy the machine


def filled(value: int) -> FilledFrame:
    return FilledFrame(np.full(8, value, np.int16), np.zeros(8, np.uint8), np.zeros(8, np.float32))


class Listener:
    """A model that says 100 more than the frame's number, and what was heard of it.

    Instead of its answer the number itself is played.
    """

    def __init__(self, deadline_s: float, capacity: int):
        self.may_go_on = threading.Event()
        self.heard: list[tuple[int, int, bool]] = []
        self.told: list[str] = []
        self.worker: TimelyRecovery[int] = TimelyRecovery(
            self._fill, self._skip, self._restart, self._publish, deadline_s, capacity
        )
        self.worker.start()

    def put(self, *frames: int, is_complete: bool = False) -> None:
        for frame in frames:
            self.worker.put(frame, filled(frame), is_complete)

    def _fill(self, frame: int) -> FilledFrame:
        self.told.append(f"fill {frame}")
        self.may_go_on.wait(LONG)
        return filled(100 + frame)

    def _skip(self, frame: int, played: FilledFrame) -> None:
        self.told.append(f"skip {frame} {played.tokens[0]}")

    def _restart(self, frame: int) -> None:
        self.told.append(f"restart {frame}")

    def _publish(self, frame: int, answer: FilledFrame, is_held: bool) -> None:
        self.heard.append((frame, int(answer.tokens[0]), is_held))


@pytest.fixture
def listener() -> Iterator[Callable[[float, int], Listener]]:
    made = []

    def make(deadline_s: float, capacity: int = 5) -> Listener:
        made.append(Listener(deadline_s, capacity))
        return made[-1]

    yield make
    for one in made:
        one.may_go_on.set()
        one.worker.abort()


def wait_until(condition: Callable[[], Any]) -> None:
    deadline = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def test_a_model_in_time_is_heard(listener: Any) -> None:
    quick = listener(LONG)
    quick.may_go_on.set()
    quick.put(0, 1, 2)
    quick.worker.wait_until_answered()
    assert quick.heard == [(0, 100, False), (1, 101, False), (2, 102, False)]


def test_when_time_is_up_there_is_something_instead_and_the_late_answer_is_not_heard(
    listener: Any,
) -> None:
    stuck = listener(TIME_UP)
    stuck.put(0, 1, 2)
    stuck.worker.wait_until_answered()
    assert stuck.heard == [(0, 0, True), (1, 1, True), (2, 2, True)]
    assert stuck.told == ["fill 0"]
    stuck.may_go_on.set()
    wait_until(lambda: len(stuck.told) == 3)
    assert stuck.told == ["fill 0", "skip 1 1", "skip 2 2"]
    assert len(stuck.heard) == 3


def test_a_whole_frame_does_not_wait_for_the_model_but_for_its_turn(listener: Any) -> None:
    stuck = listener(LONG)
    stuck.put(0, is_complete=True)
    assert stuck.heard == [(0, 0, False)]
    stuck.put(1)
    stuck.put(2, is_complete=True)
    assert len(stuck.heard) == 1
    stuck.may_go_on.set()
    stuck.worker.wait_until_answered()
    assert stuck.heard[1:] == [(1, 101, False), (2, 2, False)]
    wait_until(lambda: len(stuck.told) == 3)
    assert stuck.told == ["fill 0", "fill 1", "fill 2"]


def test_a_model_too_far_behind_begins_anew_and_no_frame_is_lost(listener: Any) -> None:
    stuck = listener(TIME_UP, capacity=2)
    stuck.put(0)
    wait_until(lambda: stuck.told)
    stuck.put(*range(1, 7))
    stuck.worker.wait_until_answered()
    assert [frame for frame, _, _ in stuck.heard] == list(range(7))
    stuck.may_go_on.set()
    wait_until(lambda: len(stuck.told) == 4)
    assert stuck.told == ["fill 0", "restart 5", "skip 5 5", "skip 6 6"]


def test_stopped_it_takes_nothing_and_started_it_begins_anew(listener: Any) -> None:
    one = listener(LONG)
    one.put(0, 1)
    one.may_go_on.set()
    one.worker.abort()
    one.put(2)
    one.worker.wait_until_answered()
    one.heard.clear()
    one.worker.start()
    one.put(3)
    one.worker.wait_until_answered()
    assert one.heard == [(3, 103, False)]
