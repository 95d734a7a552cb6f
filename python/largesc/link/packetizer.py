# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sender's half of in-band unequal error protection."""

from collections import OrderedDict
from typing import Any, NamedTuple

import numpy as np
from largesc_kernels import combined_tokens, frame_code, packet, packet_codec

from ..frame.tokens import (
    LONGEST_LAG,
    MISSING_TOKEN,
    REPETITION,
    Allocation,
    Tokens,
    no_tokens,
)


class PackedFrame(NamedTuple):
    """Bytes of a packet and how many tokens, primary and redundant, they carry."""

    data: bytes
    tokens: int


class _Earlier(NamedTuple):
    """A frame that was sent: its tokens (none if it was silent), and how many were primary."""

    tokens: Tokens
    n_primary: int


class _Redundancy(NamedTuple):
    """Redundant tokens of a packet, and what they are."""

    tokens: list[int]
    lag: int = 0
    code: Any = frame_code.repetition


class Packetizer:
    """Makes one packet per token frame, with the first tokens of earlier frames in it once more:
    repeated, or those of several frames combined.

    Unequal error protection lies in the prefix: codebook 0 (content) is always among what is
    sent and the first to be repeated, the last codebooks (detail) go first when bits are few.

    Args:
        codec: of the packets.
    """

    def __init__(self, codec: packet_codec) -> None:
        self._codec = codec
        self._earlier: OrderedDict[int, _Earlier] = OrderedDict()

    def reset(self) -> None:
        """Forgets the frames sent so far."""
        self._earlier.clear()

    def packetize(
        self, frame: int, tokens: Tokens, allocation: Allocation, silence: bool = False
    ) -> PackedFrame:
        """The packet of ``frame``.

        Without the frame ``lag`` earlier (at the start, or because it was dropped before it
        got here) the packet carries its primary tokens only.

        Frames are combined only where all of them are there and speech, and as far as all of them
        were sent: of a frame that it lost, a receiver learns no more than it knows of the others.
        Where they are not, the earliest of them that is there is repeated. So a pause repeats the
        last frames before it, each once, at the code's longest lag.

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
        redundant = self._redundancy(frame, allocation, silence)
        primary = [] if silence else tokens[: allocation.n_primary].tolist()
        data = self._codec.pack(
            packet(
                sequence=frame % packet_codec.sequence_modulus,
                primary=primary,
                redundant=redundant.tokens,
                lag=redundant.lag,
                code=redundant.code,
            )
        )
        self._earlier[frame] = _Earlier(no_tokens() if silence else tokens, len(primary))
        while len(self._earlier) > LONGEST_LAG:
            self._earlier.popitem(last=False)
        return PackedFrame(data, len(primary) + len(redundant.tokens))

    def _redundancy(self, frame: int, allocation: Allocation, silence: bool) -> _Redundancy:
        if allocation.code == REPETITION:
            return self._repeated(frame, allocation.lag, allocation.n_redundant)
        code = frame_code.__members__[allocation.code]
        if not silence:
            parts = [self._sent(frame - lag, allocation.n_redundant) for lag in code.lags]
            combined = combined_tokens(code, parts)
            if combined:
                return _Redundancy(combined, code=code)
        tries = (self._repeated(frame, lag, allocation.n_redundant) for lag in code.lags[::-1])
        return next((one for one in tries if one.tokens), _Redundancy([]))

    def _repeated(self, frame: int, lag: int, count: int) -> _Redundancy:
        earlier = self._earlier.get(frame - lag)
        tokens = [] if earlier is None else _known_prefix(earlier.tokens[:count])
        return _Redundancy(tokens, lag if tokens else 0)

    def _sent(self, frame: int, count: int) -> list[int]:
        """First tokens of an earlier frame, at most those that its own packet had."""
        earlier = self._earlier.get(frame)
        if earlier is None:
            return []
        return _known_prefix(earlier.tokens[: min(count, earlier.n_primary)])


def _known_prefix(tokens: Tokens) -> list[int]:
    """Tokens up to the first that is missing: a frame that was relayed may have holes."""
    missing = np.flatnonzero(tokens == MISSING_TOKEN)
    known: list[int] = tokens[: missing[0] if len(missing) else None].tolist()
    return known
