# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Overs through a channel, and what is heard of them."""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from scipy.stats import beta

from .hf_channel import Fading, Samples, fade, noise, phase_noise, shift

LEAD, TAIL = 0.5, 0.25  # seconds of noise before an over, up to a slot more, and behind it
SLOT = 0.08  # seconds


class Modem(Protocol):
    """What is measured."""

    name: str
    packet_bytes: int
    widest_offset: float  # Hz
    sample_rate: int

    def transmit(self, packets: list[bytes]) -> Samples:
        """One over, complex64."""

    def receive(self, packets: list[bytes], samples: Samples) -> tuple[int, int]:
        """How many of these packets are received, and how many that were not sent."""


@dataclass
class Count:
    """Packets of a point of a curve, over by over."""

    sent: int = 0
    right: int = 0
    wrong: int = 0
    losses: list[float] = field(default_factory=list)

    def add(self, over: "Count") -> None:
        """Takes in one over."""
        self.sent += over.sent
        self.right += over.right
        self.wrong += over.wrong
        self.losses.append(over.loss)

    def join(self, others: "Count") -> None:
        """Takes in all overs of another seed."""
        self.sent += others.sent
        self.right += others.right
        self.wrong += others.wrong
        self.losses += others.losses

    @property
    def loss(self) -> float:
        return 1.0 - self.right / self.sent

    @property
    def wrong_share(self) -> float:
        return self.wrong / self.sent

    def interval(self) -> tuple[float, float]:
        """95 % of loss, by C. J. Clopper and E. S. Pearson (1934) for so many independent packets
        as tell as much: packets of an over fade together, overs do not (E. L. Korn and B. I.
        Graubard, Survey Methodology 24, 1998).
        """
        independent = self.sent / max(1.0, self.spread_together())
        lost = independent * self.loss
        low = beta.ppf(0.025, lost, independent - lost + 1.0) if lost else 0.0
        high = beta.ppf(0.975, lost + 1.0, independent - lost) if self.right else 1.0
        return float(low), float(high)

    def spread_together(self) -> float:
        """Variance of loss between overs, by what it were if packets were independent."""
        if len(self.losses) < 2 or not 0.0 < self.loss < 1.0:
            return 1.0
        each = self.loss * (1.0 - self.loss) * len(self.losses) / self.sent
        return float(np.var(self.losses, ddof=1)) / each


def one_over(
    modem: Modem,
    count: int,
    snr_db: float,
    fading: Fading | None,
    random: np.random.Generator,
    line_width: float = 0.0,
) -> Count:
    """An over of `count` packets, at a random time and within widest_offset of its frequency."""
    packets = [random.bytes(modem.packet_bytes) for _ in range(count)]
    active = modem.transmit(packets)
    power = float(np.mean(np.abs(active) ** 2))
    rate = modem.sample_rate
    lead = round(LEAD * rate) + int(random.integers(round(SLOT * rate)))
    samples = np.concatenate([np.zeros(lead), active, np.zeros(round(TAIL * rate))]).astype(
        np.complex64
    )
    if fading:
        samples = fade(samples, fading, random, rate)
    if line_width:
        samples = phase_noise(samples, line_width, random, rate)
    samples = shift(samples, float(random.uniform(-1.0, 1.0)) * modem.widest_offset, rate)
    samples += noise(len(samples), snr_db, power, random, rate)
    right, wrong = modem.receive(packets, samples)
    return Count(count, right, wrong)


def measure(
    modem: Modem,
    overs: int,
    length: int,
    snr_db: float,
    fading: Fading | None,
    seed: int,
    line_width: float = 0.0,
) -> Count:
    """So many overs of so many packets; the same seed gives the same channels to every modem."""
    total = Count()
    for over in range(overs):
        random = np.random.default_rng([seed, over])
        total.add(one_over(modem, length, snr_db, fading, random, line_width))
    return total
