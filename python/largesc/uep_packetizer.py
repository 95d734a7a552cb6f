# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block: token frames to packets with in-band unequal error protection."""

from typing import Any

from . import pdu
from .link.packetizer import Packetizer
from .link.tokens import Allocation
from .pdu_block import PduBlock


class uep_packetizer(PduBlock):
    """One packet per token frame: first tokens of the frame, and of an earlier one again.

    Keys ``n_primary``, ``n_redundant`` and ``lag`` in a frame's metadata (a controller's choice)
    take the place of the block's settings for that frame.

    Args:
        n_primary: tokens of its own frame in a packet, 4..8.
        n_redundant: tokens of an earlier frame in a packet, 0..7.
        lag: how many frames earlier, 1..5.

    Raises:
        ValueError: a setting out of range.

    Message ports: ``tokens`` in, ``packets`` out. Counters: ``packets``, ``bytes``, ``tokens``,
    ``malformed``, ``errors``.
    """

    def __init__(self, n_primary: int = 8, n_redundant: int = 0, lag: int = 1):
        PduBlock.__init__(self, "uep_packetizer", "tokens", "packets")
        self._allocation = Allocation(n_primary, n_redundant, lag)
        self._packetizer = Packetizer()

    def reset(self) -> None:
        self._packetizer.reset()

    def process(self, received: pdu.Pdu) -> None:
        frame = pdu.frame_number(received.meta)
        tokens = pdu.read_tokens(received.vector)
        allocation = self._allocation_for(received.meta)
        packed = self._packetizer.packetize(frame, tokens, allocation)
        meta = pdu.add(pdu.frame_meta(frame), packet_bits=8 * len(packed.data))
        self._counts["packets"] += 1
        self._counts["bytes"] += len(packed.data)
        self._counts["tokens"] += packed.tokens
        self.publish(pdu.packet(meta, packed.data))

    def _allocation_for(self, meta: Any) -> Allocation:
        chosen = {
            key: pdu.allocation_value(meta, key) for key in ("n_primary", "n_redundant", "lag")
        }
        if all(value is None for value in chosen.values()):
            return self._allocation
        settings = vars(self._allocation) | {k: v for k, v in chosen.items() if v is not None}
        return Allocation(**settings)

    def set_n_primary(self, n_primary: int) -> None:
        """Tokens of its own frame in the packets to come, 4..8."""
        self._allocation = Allocation(n_primary, self._allocation.n_redundant, self._allocation.lag)

    def set_n_redundant(self, n_redundant: int) -> None:
        """Tokens of an earlier frame in the packets to come, 0..7."""
        self._allocation = Allocation(self._allocation.n_primary, n_redundant, self._allocation.lag)

    def set_lag(self, lag: int) -> None:
        """How many frames earlier the repeated tokens are, 1..5."""
        self._allocation = Allocation(self._allocation.n_primary, self._allocation.n_redundant, lag)
