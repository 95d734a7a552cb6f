# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sender's half of in-band unequal error protection."""

from collections import OrderedDict
from typing import NamedTuple

import numpy as np
from largesc_kernels import packet, packet_codec

from ..frame.tokens import MISSING_TOKEN, Allocation, Tokens, no_tokens


class PackedFrame(NamedTuple):
    """Bytes of a packet and how many tokens, primary and redundant, they carry."""

    data: bytes
    tokens: int


class Packetizer:
    """Makes one packet per token frame, with the first tokens of an earlier frame repeated.

    Unequal error protection lies in the prefix: codebook 0 (content) is always among what is
    sent and the first to be repeated, the last codebooks (detail) go first when bits are few.

    Args:
        codec: of the packets.
    """

    def __init__(self, codec: packet_codec) -> None:
        self._codec = codec
        self._earlier: OrderedDict[int, Tokens] = OrderedDict()

    def reset(self) -> None:
        """Forgets the frames sent so far."""
        self._earlier.clear()

    def packetize(
        self, frame: int, tokens: Tokens, allocation: Allocation, silence: bool = False
    ) -> PackedFrame:
        """The packet of ``frame``.

        Without the frame ``lag`` earlier (at the start, or because it was dropped before it
        got here) the packet carries its primary tokens only.

        A silent frame's packet carries no primary tokens, but goes on repeating the last frames
        before the pause. A silent frame itself is never repeated: there is nothing in it, and a
        receiver that lost it fills it like any other.

        Args:
            frame: number of the frame since the start.
            tokens: int16 ``[8]``; those that are sent must not be missing. Of a silent frame
                none is looked at.
            allocation: what to send and repeat.
            silence: the frame is silent.

        Raises:
            ValueError: a token that is to be sent is missing.
        """
        earlier = self._earlier.get(frame - allocation.lag, no_tokens())
        redundant = _known_prefix(earlier[: allocation.n_redundant])
        primary = [] if silence else tokens[: allocation.n_primary].tolist()
        data = self._codec.pack(
            packet(
                sequence=frame % packet_codec.sequence_modulus,
                primary=primary,
                redundant=redundant,
                lag=allocation.lag if redundant else 0,
            )
        )
        self._earlier[frame] = no_tokens() if silence else tokens
        while len(self._earlier) > packet_codec.max_lag:
            self._earlier.popitem(last=False)
        return PackedFrame(data, len(primary) + len(redundant))


def _known_prefix(tokens: Tokens) -> list[int]:
    """Tokens up to the first that is missing: a frame that was relayed may have holes."""
    missing = np.flatnonzero(tokens == MISSING_TOKEN)
    known: list[int] = tokens[: missing[0] if len(missing) else None].tolist()
    return known
