# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Expected costs where a packet's slot decides how often it is lost: more tokens, more losses.

As in allocation_choice.py, but that the loss rate is a table by allocation. Of two packets a lag
apart, of slots lost p and q of the time, both are lost with p q + m sqrt(p (1 - p) q (1 - q)); m is
the channel's memory over the lag. With one size that is what residual_loss.py has.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .allocation_choice import PRIMARY, REDUNDANT, Arrival, Table


class Repeats(NamedTuple):
    """The frame whose tokens a packet repeats.

    Attributes:
        lost: share of packets lost in the slot that its own was sent in.
        sent: tokens in its own packet; more are not repeated.
        memory: correlation of the losses of both packets, 0..1.
    """

    lost: float
    sent: int
    memory: float


def loss_table(bits: Table, losses: dict[int, float]) -> Table:
    """Share of packets lost by allocation; 1 where no slot holds the packet.

    Args:
        bits: that each allocation takes, all of its slot.
        losses: by size of the slot in bytes.
    """
    lost = np.ones_like(bits)
    for size, share in losses.items():
        lost[bits == 8.0 * size] = share
    return lost


def own_costs(
    costs: NDArray[np.float64], lost: Table, arrival: Arrival, repeated: int
) -> NDArray[np.float64]:
    """What a frame costs on average by its packet's allocation, ``[..., 5, 8]``.

    Args:
        costs: ``[..., 9]``, by number of tokens.
        lost: share of packets lost, ``[5, 8]``.
        arrival: of frames as they were sent of late: how often redundancy brings back a lost one.
        repeated: redundant tokens that it is thought to have.
    """
    nothing = costs[..., :1]
    comes = arrival.repaired / arrival.lost if arrival.lost > 0.0 else 0.0
    again = costs[..., np.minimum(PRIMARY, repeated)]
    without = nothing + comes * (again - nothing)
    there = costs[..., PRIMARY]
    expected: NDArray[np.float64] = there[..., None] + lost * (without - there)[..., None]
    return expected


def again_costs(costs: NDArray[np.float64], lost: Table, of: Repeats) -> NDArray[np.float64]:
    """What repeated tokens add to the cost of the frame that they repeat, 0 or less.

    Args:
        costs: ``[..., 9]``, of that frame.
        lost: share of packets lost, ``[rows, 8]``.
        of: that frame.

    Returns:
        ``[..., rows, 8]``.
    """
    spread = np.sqrt(of.lost * (1.0 - of.lost) * lost * (1.0 - lost))
    both = np.minimum(of.lost * lost + of.memory * spread, np.minimum(of.lost, lost))
    gained = costs[..., np.minimum(REDUNDANT, of.sent)] - costs[..., :1]
    added: NDArray[np.float64] = (of.lost - both) * gained[..., None, :]
    return added
