# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many tokens to send and to repeat: the least expected cost at a price per bit."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..frame.tokens import NUM_CODEBOOKS, Allocation
from .cost_source import Costs
from .importance_map import LEAST_PRIMARY
from .residual_loss import Redundancy

MOST_REDUNDANT = 7
PRIMARY = np.arange(LEAST_PRIMARY, NUM_CODEBOOKS + 1)  # choices of N_s
REDUNDANT = np.arange(MOST_REDUNDANT + 1)  # and of N_c
STEPS = 18  # halvings of the price's range

Table = NDArray[np.float64]  # [5, 8], or [1, 8] for silence: by N_s and N_c
# Bits that a packet takes: with so many tokens of its own, of which 0 stand for silence, and an
# allocation. Infinite where it cannot be sent: no slot of a radio holds it.
PacketBits = Callable[[int, Allocation], float]


class Arrival(NamedTuple):
    """What becomes of a frame's packet and of its redundancy.

    Attributes:
        lost: share of packets that do not come.
        repaired: share of frames whose packet is lost and whose redundancy is there in time.
        apart: of those without either, how many have a neighbour without either.
    """

    lost: float
    repaired: float
    apart: float


def effective_costs(costs: Costs, arrival: Arrival) -> NDArray[np.float64]:
    """Costs by number of tokens ``[..., 9]``, whatever became of the neighbours.

    Args:
        costs: ``[..., 2, 9]``, of neighbours received and lost.
        arrival: how often a neighbour is lost: as often as any frame where tokens came, oftener
            where none did, for losses cling together.
    """
    never = arrival.lost - arrival.repaired
    weight = np.full(costs.shape[-1], never)
    weight[0] = max(arrival.apart, never)
    told = np.minimum.accumulate(np.maximum(costs, 0.0), axis=-1)
    mixed: NDArray[np.float64] = (1.0 - weight) * told[..., 0, :] + weight * told[..., 1, :]
    return mixed


def primary_costs(costs: NDArray[np.float64], arrival: Arrival) -> NDArray[np.float64]:
    """What N_s = 4..8 tokens leave of a frame's cost where its packet comes, ``[..., 5]``."""
    return (1.0 - arrival.lost) * costs[..., PRIMARY]


def redundant_costs(
    costs: NDArray[np.float64], arrival: Arrival, sent: int = NUM_CODEBOOKS
) -> NDArray[np.float64]:
    """What N_c = 0..7 tokens add to a frame's cost, 0 or less, ``[..., 8]``.

    Args:
        costs: ``[..., 9]``.
        arrival: of the redundancy.
        sent: tokens that the frame's own packet had; more than these are not repeated.
    """
    return arrival.repaired * (costs[..., np.minimum(REDUNDANT, sent)] - costs[..., :1])


def packet_bits(bits: PacketBits, redundancy: Redundancy, silence: bool = False) -> Table:
    """Bits that each allocation takes, ``[5, 8]`` or, for silence, ``[1, 8]``.

    Args:
        bits: of a packet.
        redundancy: its code, and the lag.
        silence: packets without tokens of their own.
    """
    (code, lag), counts = redundancy, REDUNDANT.tolist()
    return np.array(
        [
            [bits(int(own), Allocation(LEAST_PRIMARY, again, lag, code)) for again in counts]
            for own in ([0] if silence else PRIMARY)
        ],
        dtype=np.float64,
    )


def cheapest(costs: Table, bits: Table, price: float, most: float) -> tuple[int, int]:
    """Places of N_s and N_c with the least cost and price, of at most so many bits.

    The smallest packet where none is small enough.
    """
    allowed = bits <= most
    total = np.where(allowed, costs + price * np.where(allowed, bits, 0.0), np.inf)
    place = total.argmin() if np.isfinite(total).any() else bits.argmin()
    row, column = np.unravel_index(place, bits.shape)
    return int(row), int(column)


def price_for(costs: NDArray[np.float64], bits: Table, wanted: float, owed: float = 0.0) -> float:
    """Cost per bit at which frames like these take so many bits on average.

    Frames that are alike go from one number of tokens to another all at once: what they take less
    than wanted at one price is owed to them until it pays for the next.

    Args:
        costs: ``[frames, 5, 8]``.
        bits: ``[5, 8]``.
        wanted: bits per frame.
        owed: bits per frame that they may take beyond them.

    Returns:
        The least price at which they take no more; 0 if they never do. The next lower one if what
        they take more there is owed.
    """
    flat, sizes = costs.reshape(len(costs), -1), bits.reshape(-1)
    usable = np.isfinite(sizes)
    flat, sizes = flat[:, usable], sizes[usable]
    if mean_bits(flat, sizes, 0.0) <= wanted:
        return 0.0
    low, high = 0.0, float(np.ptp(flat)) + 1e-9  # at so much per bit the smallest packet is best
    for _ in range(STEPS):
        middle = (low + high) / 2.0
        low, high = (middle, high) if mean_bits(flat, sizes, middle) > wanted else (low, middle)
    return low if mean_bits(flat, sizes, low) - wanted < owed else high


def mean_bits(costs: NDArray[np.float64], bits: Table, price: float) -> float:
    """Bits that frames take on average at a cost per bit; see :func:`price_for`."""
    flat, sizes = costs.reshape(len(costs), -1), bits.reshape(-1)
    usable = np.isfinite(sizes)
    flat, sizes = flat[:, usable], sizes[usable]
    return float(sizes[(flat + price * sizes).argmin(axis=1)].sum()) / len(flat)
