# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes that work: on this machine, or a Dask cluster's."""

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice

from distributed import Client, Future, LocalCluster, as_completed
from distributed.scheduler import KilledWorker

from ..systems.settings import SystemSettings
from .matrix import Plan, Unit
from .unit_work import UnitResult, run_unit

CONNECT_SECONDS = 5
WORKERS_SECONDS = 15
LOOK_S, ALONE_S = 1.0, 120.0  # how often it is asked for processes, how long there may be none
PROCESS_BYTES = 3 << 30  # models of systems and metrics in one process, generously

SETTINGS = {
    # A worker process that died with this many units in a row takes the last one with it.
    "distributed.scheduler.allowed-failures": 1,
    # A process that computes in C without releasing Python is not dead.
    "distributed.scheduler.worker-ttl": None,
    # One that died is given up after 15 s otherwise, while it still starts anew on a slow machine.
    "distributed.deploy.lost-worker-timeout": f"{2 * ALONE_S:g}s",
    "distributed.admin.large-graph-warning-threshold": "100MB",
}


@contextmanager
def worker_processes(workers: int, scheduler: str) -> Iterator[Client]:
    """A client of processes, each with one thread.

    Args:
        workers: processes on this machine; 0 for one per core, as far as memory allows.
        scheduler: address of a cluster's scheduler, as ``tcp://host:8786``; empty for processes
            on this machine.

    Raises:
        ConnectionError: no scheduler there, or it has no workers.
    """
    import dask

    # What Dask logs of lost processes is in the outcome of the run.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    with dask.config.set(SETTINGS):
        if scheduler:
            with _client_of(scheduler) as client:
                yield client
            return
        with (
            LocalCluster(
                n_workers=workers or default_workers(),
                threads_per_worker=1,
                processes=True,
                dashboard_address=None,
                scheduler_kwargs={"dashboard_address": ":0"},  # another's port may be taken
                silence_logs=logging.CRITICAL,
            ) as cluster,
            Client(cluster) as client,
        ):
            yield client


def default_workers(systems: Sequence[SystemSettings] = ()) -> int:
    """One per core, as far as memory and the systems allow."""
    from dask.system import CPU_COUNT
    from distributed.system import MEMORY_LIMIT

    limits = [system.most_processes or CPU_COUNT for system in systems]
    return int(max(1, min(CPU_COUNT, MEMORY_LIMIT // PROCESS_BYTES, *limits)))


def threads_of(client: Client) -> int:
    """How many units the workers can do at a time."""
    return max(1, sum(client.nthreads().values()))


def results(
    client: Client, plan: Plan, units: Sequence[Unit]
) -> Iterator[tuple[Unit, UnitResult | str]]:
    """Results as they come, each a string that says what happened if there is none.

    A process that dies takes down the units that wait for it as well: what was lost that way is
    tried again at the end, one at a time, so that only those that kill their process are left.

    Raises:
        ConnectionError: the scheduler is gone.
    """
    lost = []
    for unit, result in _pass(client, plan, units, in_flight=2 * threads_of(client)):
        if isinstance(result, UnitResult):
            yield unit, result
        else:
            lost.append(unit)
    yield from _pass(client, plan, lost, in_flight=1)


def _pass(
    client: Client, plan: Plan, units: Sequence[Unit], in_flight: int
) -> Iterator[tuple[Unit, UnitResult | str]]:
    waiting = iter(units)
    running: dict[Future[UnitResult], Unit] = {}
    completed = as_completed()

    def start(count: int) -> None:
        for unit in islice(waiting, count):
            future = client.submit(run_unit, plan, unit, pure=False)
            running[future] = unit
            completed.add(future)

    start(in_flight)
    for future in _ended(client, completed):
        unit = running.pop(future)
        if future.status == "cancelled" or future.status == "lost":
            raise ConnectionError("the Dask scheduler is gone; the same command goes on from here")
        error = future.exception()
        result = _what_happened(error) if error is not None else future.result()
        future.release()
        start(1)
        yield unit, result


def _ended(client: Client, completed: as_completed) -> Iterator["Future[UnitResult]"]:
    """Futures as they end.

    Raises:
        ConnectionError: for two minutes there was no process to do anything.
    """
    alone_since = None
    while not completed.is_empty():
        with completed.thread_condition:
            if not completed.has_ready():
                completed.thread_condition.wait(LOOK_S)
        if completed.has_ready():
            alone_since = None
            yield next(completed)
        elif client.status == "running" and not client.nthreads():
            alone_since = alone_since or time.monotonic()
            if time.monotonic() - alone_since > ALONE_S:
                raise ConnectionError(
                    "no process could be started to go on with; the same command goes on from here"
                )
        else:
            alone_since = None


def _what_happened(error: BaseException) -> str:
    if isinstance(error, KilledWorker):
        return "the worker process died of it (killed, out of memory, or crashed)"
    return f"the worker failed: {type(error).__name__}: {error}"


@contextmanager
def _client_of(scheduler: str) -> Iterator[Client]:
    try:
        client = Client(scheduler, timeout=CONNECT_SECONDS)
    except (OSError, ValueError) as error:
        raise ConnectionError(
            f"no Dask scheduler answers at {scheduler} within {CONNECT_SECONDS} s"
        ) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=WORKERS_SECONDS)
        except TimeoutError as error:
            raise ConnectionError(f"the Dask scheduler at {scheduler} has no workers") from error
        yield client
