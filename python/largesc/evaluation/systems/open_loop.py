# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Systems that hear nothing back: all is sent before anything arrives."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ...link.arrival import Arrival
from ..channels.interface import Channel, end_of
from ..metrics.interface import Value
from .cpu_time import OncePerSpeech, timed
from .interface import Outcome

PATIENCE = 2  # packets from the end of one that a modem hands over late to where it is too late


@dataclass(frozen=True)
class SentSpeech:
    """Speech as it goes on the air.

    Attributes:
        packets: every byte of every packet, headers included, in the order of sending.
        samples: of the speech, at 24 kHz.
        token_bits: of the payload without any header, where a system tells them apart; else None.
        side: what the receiver of the same system needs beside the packets to cut its output to
            length (never the speech).
    """

    packets: list[bytes]
    samples: int
    token_bits: int | None = None
    side: Any = None

    @property
    def bits(self) -> int:
        """On the air, everything counted."""
        return 8 * sum(len(packet) for packet in self.packets)


class OpenLoopCodec(Protocol):
    """Makes packets of speech, and speech of those that come; see System for the attributes.

    It may have an attribute ``figures``: columns of its own that tell of the last receive().
    """

    packet_seconds: float
    latency_seconds: float
    version: str
    concealment: str

    def send(self, pcm: NDArray[np.float32]) -> SentSpeech:
        """Encodes.

        Args:
            pcm: float32 ``[samples]`` at 24 kHz, at least one.
        """
        ...

    def receive(self, sent: SentSpeech, lost: NDArray[np.bool_]) -> NDArray[np.float32]:
        """Decodes what arrives.

        Args:
            sent: by :meth:`send` of the same object or one made alike; the bytes are those that
                arrived, none of a lost packet.
            lost: bool ``[packets]``, true where the packet did not arrive.

        Returns:
            As :class:`Outcome` has it.
        """
        ...


class OpenLoop:
    """A system of an open-loop codec; see System.

    Packet k starts when its speech does, k times ``packet_seconds`` after the first, and is on the
    air until the next one starts. One that arrives damaged, as the layer below says, is lost; so is
    one that comes more than a packet later than it can, as a receiver that waits no longer has it.
    """

    def __init__(self, codec: OpenLoopCodec) -> None:
        self.codec = codec
        self.packet_seconds = codec.packet_seconds
        self.latency_seconds = codec.latency_seconds
        self.version = codec.version
        self.concealment = codec.concealment
        self._send = OncePerSpeech(codec.send)

    def run(self, pcm: NDArray[np.float32], forward: Channel, backward: Channel) -> Outcome:
        """Encodes, unless this speech was the last; carries and decodes; see System."""
        sent, encode_seconds = self._send(pcm)
        arrived, lost = _as_it_came(sent, self._carried(sent.packets, forward))
        received, decode_seconds = timed(lambda: self.codec.receive(arrived, lost))
        figures: dict[str, Value] = dict(getattr(self.codec, "figures", {}))
        return Outcome(
            received,
            len(sent.packets),
            int(np.count_nonzero(lost)),
            sent.bits,
            sent.token_bits,
            encode_seconds,
            decode_seconds,
            figures,
        )

    def _carried(self, packets: Sequence[bytes], channel: Channel) -> list[Arrival | None]:
        """What came of each packet in time; None of one that did not."""
        came: list[Arrival | None] = [None] * len(packets)
        for index, packet in enumerate(packets):
            arrivals = channel.carry(packet, index * self.packet_seconds, self.packet_seconds)
            self._note(came, arrivals, index)
        self._note(came, channel.end(), len(packets))
        return came

    def _note(self, came: list[Arrival | None], arrivals: Sequence[Arrival], newest: int) -> None:
        for arrival in arrivals:
            index = round(end_of(arrival) / self.packet_seconds) - 1
            if 0 <= index < len(came) and newest - index <= PATIENCE:
                came[index] = arrival


def _as_it_came(
    sent: SentSpeech, arrivals: Sequence[Arrival | None]
) -> tuple[SentSpeech, NDArray[np.bool_]]:
    whole = [None if one is None or one.verdict is False else one.data for one in arrivals]
    lost = np.array([data is None for data in whole], dtype=bool)
    return replace(sent, packets=[data or b"" for data in whole]), lost
