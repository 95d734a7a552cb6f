# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signals that ask a command to end: Ctrl-C, the system, and a terminal that is gone."""

import os
import signal
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from typing import Any

REQUESTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def asked_by_signals(ask: Callable[[int], None]) -> Iterator[None]:
    """Calls a function, with the signal's number, when one of REQUESTS comes; as before after it.

    A hang-up that is ignored (nohup) stays so. Of threads other than the main one none hears
    signals; there nothing changes.
    """
    if current_thread() is not main_thread():
        yield
        return

    def asked(number: int, _: Any) -> None:
        if number == signal.SIGHUP:
            _leave_terminal()
        ask(number)

    wanted = [number for number in REQUESTS if not _is_ignored(number)]
    before = {number: signal.signal(number, asked) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def end_as_by_the_keyboard(number: int) -> None:
    """What Ctrl-C does in a command that works on files: they are completed on the way out.

    Raises:
        KeyboardInterrupt: always.
    """
    raise KeyboardInterrupt


def _is_ignored(number: signal.Signals) -> bool:
    return number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN


def _leave_terminal() -> None:
    """Nobody reads it any more: what is printed on it would fail, and with it the end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        try:
            if stat.S_ISCHR(os.fstat(stream).st_mode):
                os.dup2(nowhere, stream)
        except OSError:  # it was closed
            continue
    os.close(nowhere)
