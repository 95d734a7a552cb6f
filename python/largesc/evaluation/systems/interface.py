# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a system must do to be compared: make packets of speech, and speech of those that come."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..metrics.interface import Value


class SystemUnavailable(RuntimeError):
    """A system cannot run here; the message says what is missing and how to get it."""


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


class System(Protocol):
    """Carries speech in packets of equal duration.

    An object serves one utterance after the other, in one thread; nothing of an utterance is
    left in it for the next. It may have ``figures`` as well (:func:`figures_of`).

    Attributes:
        packet_seconds: of speech in a packet.
        latency_seconds: of the method (packet, look-ahead, filters), without computing.
        version: of the codec, with the library it came from.
        concealment: what the receiver does about a lost packet, in a few words.
    """

    packet_seconds: float
    latency_seconds: float
    version: str
    concealment: str

    def send(self, pcm: NDArray[np.float32]) -> SentSpeech:
        """Encodes.

        Args:
            pcm: float32 ``[samples]`` at 24 kHz, full scale 1.0, at least one.
        """
        ...

    def receive(self, sent: SentSpeech, lost: NDArray[np.bool_]) -> NDArray[np.float32]:
        """Decodes what arrives.

        Args:
            sent: by :meth:`send` of the same object or one made alike.
            lost: bool ``[packets]``, true where the link lost the packet.

        Returns:
            float32 ``[samples]`` at 24 kHz, finite, aligned with what was sent (the method's
            delay is cut off).
        """
        ...


def figures_of(system: System) -> dict[str, Value]:
    """Columns of its own that a system tells of its last :meth:`System.receive`.

    They are its attribute ``figures``, by column; most systems have none.
    """
    return dict(getattr(system, "figures", {}))
