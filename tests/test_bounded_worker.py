# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bounded worker: order, caps, counts, exceptions, stopping and starting again."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from gnuradio.largesc.runtime.bounded_worker import BoundedWorker, WhenFull
from hypothesis import given
from hypothesis import strategies as st

PATIENCE_S = 30.0  # only a test that fails waits so long


class GatedJob:
    """Keeps the items it gets; each waits until it is let through."""

    def __init__(self) -> None:
        self.items: list[Any] = []
        self.begun = threading.Semaphore(0)
        self._let_through = threading.Semaphore(0)

    def __call__(self, item: Any) -> None:
        self.begun.release()
        assert self._let_through.acquire(timeout=PATIENCE_S)
        self.items.append(item)

    def let_through(self, count: int) -> None:
        self._let_through.release(count)

    def wait_for_begin(self) -> None:
        assert self.begun.acquire(timeout=PATIENCE_S)


def finish(call: Callable[[], object]) -> None:
    """Calls it on another thread, which must come back."""
    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    thread.join(PATIENCE_S)
    assert not thread.is_alive(), "it hangs"


@given(
    items=st.lists(st.integers(), max_size=50),
    capacity=st.integers(1, 5),
    failing=st.integers(2, 7),
)
def test_waiting_loses_nothing_and_keeps_the_order(items, capacity, failing):
    seen, failed = [], []

    def job(position: int) -> None:
        seen.append(items[position])
        if position % failing == 0:
            raise RuntimeError("the model fails")

    worker = BoundedWorker(job, capacity, WhenFull.WAIT, lambda n, error: failed.append(n))
    worker.start()
    for position in range(len(items)):
        assert worker.put(position)
    finish(worker.stop)
    assert seen == items
    assert failed == list(range(0, len(items), failing))
    assert (worker.done, worker.dropped, worker.errors) == (len(items), 0, len(failed))
    assert worker.highest_backlog <= capacity + 1
    assert worker.backlog == 0


@given(count=st.integers(0, 30), capacity=st.integers(1, 5))
def test_full_queue_drops_exactly_the_oldest(count, capacity):
    job = GatedJob()
    worker = BoundedWorker(job, capacity, WhenFull.DROP_OLDEST)
    worker.start()
    worker.put("in work")
    job.wait_for_begin()
    for item in range(count):
        assert worker.put(item)
        assert worker.backlog <= capacity + 1
    job.let_through(count + 1)
    finish(worker.stop)
    assert job.items == ["in work", *range(max(0, count - capacity), count)]
    assert worker.dropped == max(0, count - capacity)
    assert worker.done + worker.dropped == count + 1
    assert worker.counters() == ({"dropped": worker.dropped} if worker.dropped else {})


def test_several_threads_that_bring_items_lose_none_and_keep_their_order():
    seen = []
    worker = BoundedWorker(seen.append, 2, WhenFull.WAIT)
    worker.start()
    threads = [
        threading.Thread(target=lambda name=name: [worker.put((name, n)) for n in range(200)])
        for name in "abc"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    finish(worker.stop)
    assert len(seen) == 600
    for name in "abc":
        assert [n for who, n in seen if who == name] == list(range(200))
    assert worker.highest_backlog <= 3


def test_who_brings_an_item_to_a_full_queue_waits_until_there_is_room():
    job, taken = GatedJob(), []
    worker = BoundedWorker(job, 1, WhenFull.WAIT)
    worker.start()
    worker.put(0)
    job.wait_for_begin()
    worker.put(1)
    bringing = threading.Thread(target=lambda: taken.append(worker.put(2)), daemon=True)
    bringing.start()
    bringing.join(0.05)
    assert taken == []
    job.let_through(3)
    bringing.join(PATIENCE_S)
    assert taken == [True]
    finish(worker.stop)
    assert job.items == [0, 1, 2]


def test_abort_ends_after_the_item_in_work_and_releases_who_waits():
    job, taken = GatedJob(), []
    worker = BoundedWorker(job, 1, WhenFull.WAIT)
    worker.start()
    worker.put(0)
    job.wait_for_begin()
    worker.put(1)
    bringing = threading.Thread(target=lambda: taken.append(worker.put(2)), daemon=True)
    bringing.start()
    aborting = threading.Thread(target=worker.abort, daemon=True)
    aborting.start()
    bringing.join(PATIENCE_S)
    job.let_through(3)
    aborting.join(PATIENCE_S)
    assert not aborting.is_alive()
    assert job.items == [0]
    assert taken == [False]


def test_nothing_is_taken_before_a_start_and_after_a_stop():
    seen = []
    worker = BoundedWorker(seen.append, 1, WhenFull.WAIT)
    assert not worker.put(0)
    worker.start()
    worker.stop()
    assert not worker.put(1)
    assert seen == []


def test_started_again_it_knows_nothing_of_before():
    job = GatedJob()
    worker = BoundedWorker(job, 1, WhenFull.DROP_OLDEST)
    for _ in range(3):
        worker.start()
        assert (worker.done, worker.dropped, worker.errors, worker.backlog) == (0, 0, 0, 0)
        worker.put(0)
        job.wait_for_begin()
        worker.put(1)
        worker.put(2)
        job.let_through(2)
        job.wait_for_begin()
        finish(worker.stop)
    assert job.items == [0, 2] * 3


def test_waiting_until_idle_means_all_is_done():
    job = GatedJob()
    worker = BoundedWorker(job, 3, WhenFull.WAIT)
    worker.start()
    for item in range(3):
        worker.put(item)
    job.let_through(3)
    finish(worker.wait_until_idle)
    assert job.items == [0, 1, 2]
    assert worker.put(3)  # it runs on
    job.let_through(1)
    finish(worker.stop)


def test_handler_that_fails_too_is_counted_and_the_thread_lives_on():
    seen = []

    def fail(*_: object) -> None:
        raise RuntimeError("the handler fails")

    worker = BoundedWorker(lambda n: seen.append(1 // n), 4, WhenFull.WAIT, fail, fail)
    worker.start()
    for n in (0, 1):
        worker.put(n)
    finish(worker.stop)
    assert seen == [1]
    assert worker.errors == 6  # job and its handler; twice on_done and its handler


def test_on_done_no_longer_sees_the_item_in_the_backlog():
    backlogs = []
    worker = BoundedWorker(
        lambda item: None, 1, WhenFull.WAIT, on_done=lambda: backlogs.append(worker.backlog)
    )
    worker.start()
    worker.put(0)
    finish(worker.stop)
    assert backlogs == [0]


def test_no_thread_is_left_behind():
    before = threading.active_count()
    worker = BoundedWorker(lambda item: None, 1, WhenFull.WAIT)
    for end in (worker.stop, worker.abort, worker.start, worker.stop):
        worker.start()
        worker.put(0)
        finish(end)
    finish(worker.abort)
    assert threading.active_count() == before


def test_capacity_must_be_positive():
    with pytest.raises(ValueError, match="capacity must be 1 or more, not 0"):
        BoundedWorker(lambda item: None, 0, WhenFull.WAIT)
