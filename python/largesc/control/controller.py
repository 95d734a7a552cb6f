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
from .residual_loss import Redundancy, gilbert, residual_loss
from .slot_channel import SlotChannel
from .slot_costs import Repeats, again_costs, loss_table, own_costs

RECENT = 12  # packets, a second: the sizes that are sent now
KNOWN, PRICED = 125, 4  # frames of speech, 10 s, whose costs make the price; how often it is made
# Before there are any: the mean frame, cheaper and dearer, as speech is.
FIRST = (0.2, 0.4, 0.7, 1.0, 1.5, 2.2)


class _Earlier(NamedTuple):
    """A frame of speech that was sent.

    Attributes:
        costs: ``[2, 9]``.
        sent: tokens in its own packet.
        lost: how likely that packet was to be lost.
        unknown: ``[8]``, how likely the receiver is to know none of what told token k so far.
    """

    costs: Costs
    sent: int
    lost: float
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
        slots: what is known of losses by the size of a radio's slots; None: all packets are lost
            alike.

    Attributes:
        budget: see Args.
        importance: of the last frame.
        price: cost per bit, of the last frame.
        chosen: redundancy of the last frame.
        waited: frames that went by without one being sent: the key was up.
    """

    def __init__(
        self,
        source: CostSource,
        budget: BitBudget,
        redundancy: RedundancyChooser,
        look_ahead: int,
        bits: PacketBits,
        slots: SlotChannel | None = None,
    ):
        self.budget, self.waited = budget, 0
        self._source, self._bits, self._slots = source, bits, slots
        self._tables: dict[tuple[Redundancy, bool], Table] = {}
        self.follow(redundancy, look_ahead)
        self.reset()

    def follow(self, redundancy: RedundancyChooser, look_ahead: int) -> None:
        """Chooses from another redundancy from the next packet on; the budget goes on."""
        self._redundancy, self._look_ahead = redundancy, look_ahead

    def reset(self) -> None:
        """Another over: no speech yet, nothing spent. What is known of the channel is the business
        of the chooser, and of the slots' channel."""
        self._source.reset()
        self.budget.reset()
        mean = self._source.mean_costs
        self._known = deque([mean * np.float32(worth) for worth in FIRST], maxlen=KNOWN)
        self._earlier: dict[int, _Earlier] = {}  # frames of speech
        self.importance, self.price = Importance(0.5, 0.5), 0.0
        self._priced, self._owed = -PRICED, 0.0
        self._sizes: deque[int] = deque(maxlen=RECENT)  # bytes of the slots sent last
        self._memory = 0.0  # of the channel, over the lag of a repetition
        self._repeated = 0  # redundant tokens of the last frame of speech
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
        now = frame + self.waited
        self.chosen, arrival = self._channel(now)
        if not silence:
            self._known.append(costs)
            self.importance = importance_of(costs, mean)
        if frame >= self._priced + PRICED or frame < self._priced:
            self.price, self._priced = self._price(now, arrival), frame
        bits, lost = self._table(self.chosen, silence), self._lost(now, silence)
        both = self._again(frame, arrival, silence, lost)
        if not silence:
            both = self._own(effective_costs(costs, arrival), arrival, lost) + both
        row, column = cheapest(both, bits, self.price, self.budget.most() if most is None else most)
        n_primary = LEAST_PRIMARY if silence else int(PRIMARY[row])
        chosen = Allocation(n_primary, int(REDUNDANT[column]), self.chosen.lag, self.chosen.code)
        if lost is not None and self._slots is not None:
            arrival = arrival._replace(lost=float(lost[row, column]))
            self._sizes.append(int(bits[row, column]) // 8)
            self._slots.sent(now, self._sizes[-1])
        self._note(frame, costs, chosen, arrival, silence)
        return chosen

    def _channel(self, now: int) -> tuple[Redundancy, Arrival]:
        redundancy = self._redundancy.choice(now)
        channel = self._redundancy.channel.at(now)
        if self._slots is not None:
            channel = self._redundancy.channel.with_loss(self._of_late(self._slots.losses(now)))
        never = residual_loss(redundancy, self._look_ahead, *channel)
        goes_on = 1.0 - 1.0 / max(channel.mean_burst, 1.0)  # of a burst, from packet to packet
        self._memory = gilbert(*channel).memory(redundancy.lag)
        repaired = max(channel.loss_rate - never, 0.0)
        return redundancy, Arrival(channel.loss_rate, repaired, goes_on**2)

    def _of_late(self, losses: dict[int, float]) -> float:
        """How often packets are lost in slots such as were sent last; of the smallest at first."""
        return float(np.mean([losses[size] for size in self._sizes or [min(losses)]]))

    def _lost(self, now: int, silence: bool) -> Table | None:
        """How often the packet of a frame is lost by its allocation; None: it does not matter."""
        if self._slots is None:
            return None
        return loss_table(self._table(self.chosen, silence), self._slots.losses(now))

    def _price(self, now: int, arrival: Arrival) -> float:
        costs, lost = effective_costs(np.array(self._known), arrival), self._lost(now, False)
        again = self._repetition(costs, arrival, lost, NUM_CODEBOOKS, arrival.lost)
        both = self._own(costs, arrival, lost) + again
        table, wanted = self._table(self.chosen, False), self.budget.wanted
        price = price_for(both, table, wanted, self._owed)
        self._owed += wanted - mean_bits(both, table, price)
        if not price:  # there is nothing more to buy
            self._owed = 0.0
        return price

    def _own(
        self, costs: NDArray[np.float64], arrival: Arrival, lost: Table | None
    ) -> NDArray[np.float64]:
        """What a packet's own tokens leave of its frame's effective costs ``[..., 9]``: ``[..., 5,
        8]``, or ``[..., 5, 1]`` where the slot does not matter."""
        if lost is None:
            return primary_costs(costs, arrival)[..., None]
        return own_costs(costs, lost, arrival, self._repeated)

    def _repetition(
        self,
        costs: NDArray[np.float64],
        arrival: Arrival,
        lost: Table | None,
        sent: int,
        first: float,
    ) -> NDArray[np.float64]:
        """What repeated tokens add to the effective costs ``[..., 9]`` of a frame of which so many
        were sent, in a packet that is lost so often: ``[..., rows, 8]``."""
        if lost is None:
            return redundant_costs(costs, arrival, sent)[..., None, :]
        return again_costs(costs, lost, Repeats(first, sent, self._memory))

    def _again(self, frame: int, arrival: Arrival, silence: bool, lost: Table | None) -> Table:
        """What the redundancy of this packet adds to the costs of earlier frames."""
        if self.chosen.code == REPETITION:
            one = self._earlier.get(frame - self.chosen.lag)
            if one is None:
                return np.zeros((1, len(REDUNDANT)))
            costs = effective_costs(one.costs, arrival)
            return self._repetition(costs, arrival, lost, one.sent, one.lost)
        gained = np.zeros(NUM_CODEBOOKS)
        for one, comes in self._told(frame, arrival, silence):
            worth = -np.diff(effective_costs(one.costs, arrival))
            gained += worth * one.unknown * comes
        added = -np.concatenate([[0.0], np.cumsum(gained)[: len(REDUNDANT) - 1]])[None, :]
        return added if lost is None else added * (1.0 - lost) / max(1.0 - arrival.lost, 0.01)

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
            self._earlier[frame] = _Earlier(costs, allocation.n_primary, arrival.lost, unknown)
            self._repeated = allocation.n_redundant
        for old in [other for other in self._earlier if not 0 <= frame - other < LONGEST_LAG]:
            del self._earlier[old]
