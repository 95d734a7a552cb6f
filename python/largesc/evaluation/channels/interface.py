# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a channel must do to carry the packets or the waveform of a system."""

import hashlib
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

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

    def carry(self, packet: bytes, start: float, airtime: float) -> list[Arrival]:
        """What comes to the receiver by the end of a packet, in the order of sending.

        That packet as a rule, nothing where it is lost; a modem may need longer, and hand over
        packets that were carried before. The time of each arrival is the end of its packet.

        Args:
            packet: every byte of it.
            start: s, when it begins; never before the one carried last.
            airtime: s that it takes.
        """
        ...

    def end(self) -> list[Arrival]:
        """What was still on its way behind the last packet."""
        ...


@runtime_checkable
class WaveformChannel(Channel, Protocol):
    """A channel that takes a waveform as well: that of a system with a modem of its own."""

    def through(
        self, samples: NDArray[np.complex64], sample_rate: int, power: float
    ) -> NDArray[np.complex64]:
        """What a receiver gets of an over, as many samples.

        Args:
            samples: complex baseband, of any level; all of the over, and the silence around it.
            sample_rate: Hz.
            power: mean |samples|^2 of the over without the silence.
        """
        ...


@runtime_checkable
class HeaderChannel(Channel, Protocol):
    """A channel that receives better where it knows what its packets' headers are."""

    def expect_headers(self) -> None:
        """Until the next reset, packets are those of docs/packet-format.md."""
        ...


@runtime_checkable
class OverChannel(Channel, Protocol):
    """A channel on which an over takes a while to be heard after the key has gone down."""

    def begin_over(self, start: float) -> list[Arrival]:
        """Behind a pause the key goes down again, so early that the next packet is heard as within
        an over; what was heard of packets up to there. What is heard in between is none.

        Args:
            start: s, when that packet begins.
        """
        ...


def end_of(arrival: Arrival) -> float:
    """When a packet ended, s.

    Raises:
        ValueError: its channel did not say so.
    """
    if arrival.time is None:
        raise ValueError("a channel must say when the packets that it carries end")
    return arrival.time


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
