# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What packets that may not be believed still tell of frames: likelihoods of their tokens' bits."""

from largesc_kernels import frame_code, packet, packet_codec, packet_refused

from ..frame.soft_tokens import TOKEN_BITS, SoftBits, no_soft_bits
from ..link.arrival import Arrival
from ..link.known_headers import HEADER_BITS

MODE_BITS = 4  # behind the header of a packet of version 2
CERTAIN = 6.0  # least ratio of a header's bits: the modem has known it, or it is as good as sure
LONGEST = 32  # frames due until what came is of another frame with the same number


class SoftFrames:
    """Keeps the soft bits of damaged packets until their frames are due.

    A packet's header, and the mode behind it if it has one, must be certain: it says of which frame
    and of which codebooks the bits are. packet_demodulator makes it so where it expects the header
    (``known_headers``).
    """

    def __init__(self) -> None:
        self._codec = packet_codec()
        self.reset()

    def reset(self) -> None:
        """Nothing has come."""
        self._frames: dict[int, tuple[int, SoftBits]] = {}  # by number modulo 128; when it came
        self._due = 0  # frames so far

    def take(self, arrival: Arrival) -> bool:
        """Takes a packet that may not be believed; says whether there was something in it."""
        soft = arrival.soft
        if soft is None or len(soft) < 8 or abs(soft[:HEADER_BITS]).min() < CERTAIN:
            return False
        try:
            said = self._codec.parse(arrival.data)
        except packet_refused:
            return False
        if not isinstance(said, packet) or said.resting:
            return False
        first = HEADER_BITS
        if said.code != frame_code.repetition or said.lag > packet_codec.max_short_lag:
            first += MODE_BITS  # which say how many tokens are primary
            if abs(soft[HEADER_BITS:first]).min() < CERTAIN:
                return False
        primary = len(said.primary)
        self._add(said.sequence, soft, first, primary)
        if first == HEADER_BITS and said.redundant:
            first += TOKEN_BITS * primary
            self._add(said.sequence - said.lag, soft, first, len(said.redundant))
        return True

    def of_next(self, frame: int) -> SoftBits | None:
        """What is known of the frame that is due; None: nothing. It is forgotten then."""
        self._due += 1
        came, bits = self._frames.pop(frame % packet_codec.sequence_modulus, (0, None))
        return bits if self._due - came <= LONGEST else None

    def _add(self, sequence: int, soft: SoftBits, first: int, count: int) -> None:
        if not count:
            return
        number = sequence % packet_codec.sequence_modulus
        came, bits = self._frames.get(number, (0, no_soft_bits()))
        if self._due - came > LONGEST:
            bits = no_soft_bits()
        own = soft[first : first + TOKEN_BITS * count].reshape(count, TOKEN_BITS)
        bits[:count] += own
        self._frames[number] = self._due, bits
