# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spends a budget of bits where they do most: tokens and redundancy of packet after packet."""

from collections import deque
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..frame.speech_facts import SpeechFacts
from ..frame.tokens import CODE_LAGS, LONGEST_LAG, NUM_CODEBOOKS, REPETITION, Allocation
from .allocation_choice import (
    PRIMARY,
    REDUNDANT,
    Arrival,
    PacketBits,
    Table,
    cheapest,
    effective_costs,
    mean_bits,
    packet_bits,
    price_for,
    primary_costs,
    redundant_costs,
)
from .bit_budget import BitBudget
from .cost_source import Costs, CostSource
from .importance_map import LEAST_PRIMARY, Importance, importance_of
from .redundancy_choice import RedundancyChooser
from .residual_loss import Redundancy, residual_loss

KNOWN, PRICED = 125, 4  # frames of speech, 10 s, whose costs make the price; how often it is made
# Before there are any: the mean frame, cheaper and dearer, as speech is.
FIRST = (0.2, 0.4, 0.7, 1.0, 1.5, 2.2)


class _Earlier(NamedTuple):
    """A frame of speech that was sent.

    Attributes:
        costs: ``[2, 9]``.
        sent: tokens in its own packet.
        unknown: ``[8]``, how likely the receiver is to know none of what told token k so far.
    """

    costs: Costs
    sent: int
    unknown: NDArray[np.float64]


class Controller:
    """Allocates tokens by what they are worth, what is known of the channel, and a budget.

    Each packet takes the allocation with the least expected cost plus price times bits (Lagrange;
    Shoham and Gersho 1988). The price is that at which the last 10 s of speech would have taken
    what the budget wants now. What is never exceeded is the budget's own business (BitBudget).

    Args:
        source: tells what the tokens of a frame are worth.
        budget: bits to spend.
        redundancy: what it may choose from.
        look_ahead: frames that the receiver waits.
        bits: of a packet.

    Attributes:
        budget: see Args.
        importance: of the last frame.
        price: cost per bit, of the last frame.
        chosen: redundancy of the last frame.
    """

    def __init__(
        self,
        source: CostSource,
        budget: BitBudget,
        redundancy: RedundancyChooser,
        look_ahead: int,
        bits: PacketBits,
    ):
        self.budget = budget
        self._source, self._bits = source, bits
        self._tables: dict[tuple[Redundancy, bool], Table] = {}
        self.follow(redundancy, look_ahead)
        self.reset()

    def follow(self, redundancy: RedundancyChooser, look_ahead: int) -> None:
        """Chooses from another redundancy from the next packet on; the budget goes on."""
        self._redundancy, self._look_ahead = redundancy, look_ahead

    def reset(self) -> None:
        """Another over: no speech yet, nothing spent. What is known of the channel is the business
        of the chooser."""
        self._source.reset()
        self.budget.reset()
        mean = self._source.mean_costs
        self._known = deque([mean * np.float32(worth) for worth in FIRST], maxlen=KNOWN)
        self._earlier: dict[int, _Earlier] = {}  # frames of speech
        self.importance, self.price = Importance(0.5, 0.5), 0.0
        self._priced, self._owed = -PRICED, 0.0
        self.chosen = self._redundancy.choice(0)

    def allocate(
        self,
        frame: int,
        facts: SpeechFacts | None = None,
        silence: bool = False,
        most: float | None = None,
    ) -> Allocation:
        """What to send and to repeat with the next frame.

        Args:
            frame: its number.
            facts: what is known of it; nothing: it counts as the mean frame.
            silence: it is silent: no tokens of its own are sent.
            most: bits that its packet may take; None: what the budget allows.
        """
        mean = self._source.mean_costs
        costs = mean if facts is None else self._source.costs(facts)
        self.chosen, arrival = self._channel(frame)
        if not silence:
            self._known.append(costs)
            self.importance = importance_of(costs, mean)
        if frame >= self._priced + PRICED or frame < self._priced:
            self.price, self._priced = self._price(arrival), frame
        own = np.zeros((1, 1)) if silence else self._own(costs, arrival)[:, None]
        again = self._again(frame, arrival, silence)[None, :]
        bits = self._table(self.chosen, silence)
        row, column = cheapest(
            own + again, bits, self.price, self.budget.most() if most is None else most
        )
        n_primary = LEAST_PRIMARY if silence else int(PRIMARY[row])
        chosen = Allocation(n_primary, int(REDUNDANT[column]), self.chosen.lag, self.chosen.code)
        self._note(frame, costs, chosen, arrival, silence)
        return chosen

    def _channel(self, frame: int) -> tuple[Redundancy, Arrival]:
        redundancy = self._redundancy.choice(frame)
        channel = self._redundancy.channel.at(frame)
        never = residual_loss(redundancy, self._look_ahead, *channel)
        goes_on = 1.0 - 1.0 / max(channel.mean_burst, 1.0)  # of a burst, from packet to packet
        repaired = max(channel.loss_rate - never, 0.0)
        return redundancy, Arrival(channel.loss_rate, repaired, goes_on**2)

    def _price(self, arrival: Arrival) -> float:
        costs = effective_costs(np.array(self._known), arrival)
        own, again = primary_costs(costs, arrival), redundant_costs(costs, arrival)
        both = own[:, :, None] + again[:, None, :]
        table, wanted = self._table(self.chosen, False), self.budget.wanted
        price = price_for(both, table, wanted, self._owed)
        self._owed += wanted - mean_bits(both, table, price)
        if not price:  # there is nothing more to buy
            self._owed = 0.0
        return price

    def _own(self, costs: Costs, arrival: Arrival) -> NDArray[np.float64]:
        return primary_costs(effective_costs(costs, arrival), arrival)

    def _again(self, frame: int, arrival: Arrival, silence: bool) -> NDArray[np.float64]:
        """What the redundancy of this packet adds to the costs of earlier frames, ``[8]``."""
        if self.chosen.code == REPETITION:
            one = self._earlier.get(frame - self.chosen.lag)
            if one is None:
                return np.zeros(len(REDUNDANT))
            return redundant_costs(effective_costs(one.costs, arrival), arrival, one.sent)
        gained = np.zeros(NUM_CODEBOOKS)
        for one, comes in self._told(frame, arrival, silence):
            worth = -np.diff(effective_costs(one.costs, arrival))
            gained += worth * one.unknown * comes
        return -np.concatenate([[0.0], np.cumsum(gained)[: len(REDUNDANT) - 1]])

    def _told(
        self, frame: int, arrival: Arrival, silence: bool
    ) -> list[tuple["_Earlier", NDArray[np.float64]]]:
        """Frames that this packet's code tells of, and how often it tells each of their tokens.

        In silence, and where a frame that it would combine is silent, the earliest of them that
        was sent is repeated (Packetizer).
        """
        combined = [] if silence else self._combined(frame, arrival)
        earliest = sorted(frame - lag for lag in CODE_LAGS[self.chosen.code])
        there = [self._earlier[one] for one in earliest if one in self._earlier]
        if combined or not there:
            return combined
        comes = np.where(np.arange(NUM_CODEBOOKS) < there[0].sent, 1.0 - arrival.lost, 0.0)
        return [(there[0], comes)]

    def _combined(
        self, frame: int, arrival: Arrival
    ) -> list[tuple["_Earlier", NDArray[np.float64]]]:
        """Frames that this packet's code combines, as :meth:`_told` has them.

        It tells them where the packet comes and the others are known, taken as independent: where
        losses are not, no code is chosen. Where one of them is not there, none is combined.
        """
        parts = [self._earlier.get(frame - lag) for lag in CODE_LAGS[self.chosen.code]]
        there = [one for one in parts if one is not None]
        if len(there) < len(parts):
            return []
        known = [np.where(np.arange(NUM_CODEBOOKS) < one.sent, 1 - one.unknown, 0) for one in there]
        every = np.prod(known, axis=0) * (1.0 - arrival.lost)
        return [
            (one, np.divide(every, own, out=np.zeros(NUM_CODEBOOKS), where=own > 0))
            for one, own in zip(there, known, strict=True)
        ]

    def _table(self, redundancy: Redundancy, silence: bool) -> Table:
        key = redundancy, silence
        if key not in self._tables:
            self._tables[key] = packet_bits(self._bits, redundancy, silence)
        return self._tables[key]

    def _note(
        self, frame: int, costs: Costs, allocation: Allocation, arrival: Arrival, silence: bool
    ) -> None:
        """Keeps what later packets may repeat, and what this one has told of earlier frames."""
        if allocation.code != REPETITION:
            for one, comes in self._told(frame, arrival, silence):
                told = np.arange(NUM_CODEBOOKS) < allocation.n_redundant
                one.unknown[told] *= 1.0 - comes[told]
        if not silence:
            unknown = np.full(NUM_CODEBOOKS, arrival.lost)
            self._earlier[frame] = _Earlier(costs, allocation.n_primary, unknown)
        for old in [other for other in self._earlier if not 0 <= frame - other < LONGEST_LAG]:
            del self._earlier[old]
