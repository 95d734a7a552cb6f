# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a channel must do to carry the packets of a system."""

import hashlib
from typing import Protocol

from ...link.arrival import Arrival


class Channel(Protocol):
    """One way from a sender to a receiver.

    The sender's clock begins with its first packet at 0 s; what a channel does may depend on when
    a packet starts and how long it is on the air, and on all that was carried since the reset.
    """

    def reset(self, seed: int) -> None:
        """Back to before the first packet.

        Args:
            seed: of all chance in it, 0..2^64 - 1: the same seed and packets, the same arrivals.
        """
        ...

    def carry(self, packet: bytes, start: float, airtime: float) -> Arrival | None:
        """What the receiver gets of a packet; None if nothing.

        Args:
            packet: every byte of it.
            start: s, when it begins; never before the one carried last.
            airtime: s that it takes.
        """
        ...


def channel_seed(seed: int, utterance: str, way: str = "") -> int:
    """Seed of a channel for one utterance: another for each, the same for all systems.

    Args:
        seed: of the experiment.
        utterance: its name.
        way: empty for the forward channel; others meet a chance of their own.
    """
    words = f"{seed}:{utterance}" + (f":{way}" if way else "")
    digest = hashlib.sha256(words.encode()).digest()
    return int.from_bytes(digest[:8], "little")
