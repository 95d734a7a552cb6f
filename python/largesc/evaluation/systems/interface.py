# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a system must do to be compared: carry speech over a channel, and hear back over another."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..channels.interface import Channel
from ..metrics.interface import Value


class SystemUnavailable(RuntimeError):
    """A system cannot run here; the message says what is missing and how to get it."""


@dataclass(frozen=True)
class Outcome:
    """What became of an utterance.

    Attributes:
        pcm: what was heard, float32 ``[samples]`` at 24 kHz, finite, as long as and aligned with
            what was said (the method's delay is cut off).
        packets: that the sender sent.
        lost: of them, those that did not arrive, or damaged so that the receiver saw it.
        bits: of all that were sent, every byte on the air counted.
        token_bits: of their payload without any header, where a system tells them apart.
        encode_seconds: CPU time of the sender; of encoding alone where that is done once for all
            channels.
        decode_seconds: CPU time of the receiver.
        figures: columns of the system's own, by name.
    """

    pcm: NDArray[np.float32]
    packets: int
    lost: int
    bits: int
    token_bits: int | None
    encode_seconds: float
    decode_seconds: float
    figures: Mapping[str, Value] = field(default_factory=dict)


class System(Protocol):
    """Carries speech in packets of equal duration.

    An object serves one utterance after the other, in one thread; nothing of a run is left in it
    for the next but what does not depend on channels. One that hears nothing back is an
    OpenLoopCodec behind OpenLoop (open_loop.py).

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

    def run(self, pcm: NDArray[np.float32], forward: Channel, backward: Channel) -> Outcome:
        """Sends speech, and receives what arrives of it.

        Args:
            pcm: float32 ``[samples]`` at 24 kHz, at least one.
            forward: from sender to receiver, just reset.
            backward: from receiver to sender, just reset.
        """
        ...
