# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bar that counts seconds of speech."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn


@contextmanager
def speech_progress(
    title: str, seconds: float | None, console: Console
) -> Iterator[Callable[[float], None]]:
    """Shows a bar while its body runs; the function it gives takes the seconds done so far.

    What is done in the end is what the body says last: of a file that is cut short not all.

    Args:
        title: what is going on.
        seconds: of speech in all, None if that is not known.
        console: to draw on.
    """
    whole = "" if seconds is None else " of {task.total:.0f}"
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn(f"{{task.completed:.0f}}{whole} s of speech", markup=False),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(title, total=seconds)
        most = math.inf if seconds is None else seconds  # the last frame may reach beyond it
        yield lambda done: progress.update(task, completed=min(done, most))
