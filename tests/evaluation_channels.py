# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Channels for tests of systems: they lose what they are told, and note what they carry."""

from collections.abc import Callable, Iterable

import numpy as np
from gnuradio.largesc.evaluation.systems.interface import Outcome, System
from gnuradio.largesc.link.arrival import Arrival


class ListedLosses:
    """See Channel: loses some packets by their numbers.

    Args:
        lost: numbers, or what tells for each number whether that packet is lost.

    Attributes:
        packets, starts, airtimes: of all that were carried.
    """

    def __init__(self, lost: Iterable[int] | Callable[[int], bool] = ()):
        self._is_lost = lost if callable(lost) else set(lost).__contains__
        self.reset(0)

    def reset(self, seed: int) -> None:
        self.packets: list[bytes] = []
        self.starts: list[float] = []
        self.airtimes: list[float] = []

    def carry(self, packet: bytes, start: float, airtime: float) -> list[Arrival]:
        number = len(self.packets)
        self.packets.append(packet)
        self.starts.append(start)
        self.airtimes.append(airtime)
        return [] if self._is_lost(number) else [Arrival(packet, start + airtime)]

    def end(self) -> list[Arrival]:
        return []


def run(
    system: System, pcm: np.ndarray, lost: Iterable[int] | Callable[[int], bool] = ()
) -> Outcome:
    """What becomes of speech when these packets are lost."""
    return system.run(pcm, ListedLosses(lost), ListedLosses())


def packets_of(system: System, pcm: np.ndarray) -> list[bytes]:
    """What a system sends where nothing is lost."""
    channel = ListedLosses()
    system.run(pcm, channel, ListedLosses())
    return channel.packets
