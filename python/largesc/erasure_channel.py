# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block: loses packets at random."""

from . import pdu
from .largesc_python import independent_erasures
from .pdu_block import PduBlock


class erasure_channel(PduBlock):
    """Loses each PDU with the same probability, independently of the others.

    The end marker always passes. One seed loses the same packets on every platform.

    Args:
        loss_rate: probability of loss, 0..1.
        seed: of the random generator.

    Raises:
        ValueError: loss_rate outside 0..1.

    Message ports: ``packets`` in, ``packets`` out. Counters: ``packets``, ``lost``, ``malformed``.
    """

    def __init__(self, loss_rate: float = 0.1, seed: int = 0):
        PduBlock.__init__(self, "erasure_channel", "packets", "packets")
        self._seed = seed
        self._erasures = independent_erasures(loss_rate, seed)

    def reset(self) -> None:
        self._erasures = independent_erasures(self._erasures.loss_rate, self._seed)

    def process(self, received: pdu.Pdu) -> None:
        self.count("packets")
        if self._erasures.next_is_lost():
            self.count("lost")
        else:
            self.publish(pdu.join(received))

    def set_loss_rate(self, loss_rate: float) -> None:
        """Probability of loss for the packets to come, 0..1."""
        self._erasures.loss_rate = loss_rate
