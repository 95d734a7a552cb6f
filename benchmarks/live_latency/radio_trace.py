# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""When the samples of a radio passed which block, on the way out and on the way in."""

import time
from bisect import bisect_left
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

import numpy as np

EVERY_S = 0.001
Passed = dict[str, list[tuple[float, int]]]


class RadioTrace:
    """Notes how many samples have passed each place whenever it has become more.

    It looks every millisecond: GNU Radio's blocks, of which some are not Python's, tell how many
    samples they have taken and given, and nothing has to be put between them.

    Args:
        places: how to ask, by name.
        is_running: whether to; while a flowgraph is set up who asks crashes.

    Attributes:
        passed: time, s on the monotonic clock, and samples, by name.
    """

    def __init__(self, places: dict[str, Callable[[], int]], is_running: Callable[[], bool]):
        self._places, self._is_running = places, is_running
        self.passed: Passed = {name: [] for name in places}
        self._stopped = Event()
        self._thread = Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        newest = dict.fromkeys(self._places, 0)
        while not self._stopped.wait(EVERY_S):
            if not self._is_running():
                continue
            for name, ask in self._places.items():
                count = ask()
                if count > newest[name]:
                    self.passed[name].append((time.monotonic(), count))
                    newest[name] = count


class SlotNotes:
    """Which slot of a modulator begins with which sample, and when it was made.

    Attributes:
        slots: bytes of the slot's packet in hexadecimal, first sample, time.
    """

    def __init__(self, modulator: Any, packet_of: Callable[[bytes], bytes]):
        self.slots: list[tuple[str, int, float]] = []
        over, has_part = modulator._over, modulator._has_part
        send, place = over.send, [0]

        def note_place(offset: int) -> bool:
            place[0] = offset
            return bool(has_part(offset))

        def note_slot(contents: bytes) -> Any:
            self.slots.append((packet_of(contents).hex(), place[0], time.monotonic()))
            return send(contents)

        modulator._has_part, over.send = note_place, note_slot


def time_of(passed: list[tuple[float, int]], samples: int) -> float | None:
    """When so many samples had passed, s; None if they never had."""
    place = bisect_left(passed, samples, key=lambda one: one[1])
    return passed[place][0] if place < len(passed) else None


def samples_more(passed: Passed, first: str, then: str) -> int:
    """Samples that have come out of ``then`` and not through ``first``: what was made up before
    there were any; the rest of the time the two are apart by what waits between them.
    """
    times = np.array([one[0] for one in passed[then]])
    counts = np.array([one[1] for one in passed[then]])
    places = np.searchsorted(times, [one[0] for one in passed[first]]) - 1
    through = np.array([one[1] for one in passed[first]])
    more = counts[places] - through
    return int(more[places >= 0].max())
