# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the live commands share: a status line, and an end that loses nothing."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Event
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.live import Live

from .end_signals import asked_by_signals
from .link_options import naming_options
from .terminal import plain

if TYPE_CHECKING:
    from ..flowgraphs.live_flowgraph import live_flowgraph

ONE_REQUEST_S = 0.5
OWN = ("push_to_talk", "signal")  # what is checked by what is made alone


@contextmanager
def making(console: Console) -> Iterator[None]:
    """Around the making of a flowgraph, which takes seconds: says so on a terminal.

    Raises:
        ValueError: a setting that no other part checks; it names the option.
        OSError: for what is missing: sound card, radio, checkpoint, a file to write.
    """
    waiting: AbstractContextManager[Any] = nullcontext()
    if console.is_terminal:
        waiting = console.status(plain("loading models, opening devices"))
    try:
        with waiting, naming_options(OWN):
            yield
    except RuntimeError as error:
        raise OSError(str(error)) from error


def run_with_status(
    flowgraph: "live_flowgraph",
    status: Callable[[], str],
    is_over: Callable[[], bool],
    console: Console,
) -> None:
    """Runs until it ends, its condition holds, or it is asked to end: by the user (Ctrl-C), the
    system, or a terminal that is closed.

    A second request ends the process at once, if it is not part of the first: timeout(1) sends its
    signal to the process and to its group.
    """
    with _asked_to_end() as asked, Live(console=console, transient=True) as live:

        def look() -> bool:
            live.update(plain(status(), no_wrap=True, overflow="ellipsis"))
            return asked.is_set() or is_over()

        flowgraph.run_until(look)


@contextmanager
def _asked_to_end() -> Iterator[Event]:
    asked, first = Event(), time.monotonic()

    def ask(number: int) -> None:
        nonlocal first
        if not asked.is_set():
            first = time.monotonic()
        elif time.monotonic() - first > ONE_REQUEST_S:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        asked.set()

    with asked_by_signals(ask):
        yield asked


def time_is_up(seconds: float | None) -> Callable[[], bool]:
    """A question that is answered with yes so many seconds after it was asked first; never if it is
    None. What a command does before it runs, loading a model say, is not in them.

    Raises:
        ValueError: seconds not above 0.
    """
    if seconds is not None and not seconds > 0.0:
        raise ValueError(f"--duration must be above 0, not {seconds}")
    started: float | None = None

    def is_up() -> bool:
        nonlocal started
        started = time.monotonic() if started is None else started
        return seconds is not None and time.monotonic() - started >= seconds

    return is_up
