# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A modem at either end of a radio channel."""

import numpy as np
from largesc_kernels import received_slot

from ...link.arrival import Arrival
from ...link.known_headers import KnownHeaders, as_it_came
from ...link.slot_contents import from_slot, into_slot
from ...radio.modem_profile import ModemProfile
from ...radio.over_sender import OverPart, OverSender
from .air import Air, Conditions, Samples

LEAD_SECONDS = 1.04  # from key down to the first packet: 13 slots of `hf`
HANG = 5  # slots without a packet that end an over, as in packet_modulator
TAIL = 3  # slots of noise behind an over
ROUNDING = 1e-3  # of a slot


class RadioChannel:
    """See WaveformChannel: every packet is a slot of the modem, truly modulated and demodulated.

    An over begins LEAD_SECONDS before its first packet, with slots that nobody listens to, as
    announcements are sent: what is measured is speech, not how long an operator waits to speak.
    The receiver is ready for all of the modem's sizes, and knows neither time nor frequency. A
    packet that it believes is handed over, be it right or wrong. From a system whose packets are
    this project's (HeaderChannel) it receives as ``largesc receive`` does: failed slots are decoded
    once more with the header that is expected, and those that fail again are handed over as
    damaged, with the likelihood of each bit.

    Args:
        profile: of the modem.
        conditions: between the antennas.
    """

    def __init__(self, profile: ModemProfile, conditions: Conditions):
        self._profile, self._conditions = profile, conditions
        self._slot_seconds = profile.slot_ms / 1000.0
        self._lead = round(LEAD_SECONDS / self._slot_seconds)

    def reset(self, seed: int) -> None:
        """A new over; the receiver listens for a slot or two before; see Channel."""
        profile = self._profile
        self._seed = seed
        random = np.random.default_rng(seed)
        self._air = Air(self._conditions, profile.sample_rate, 1.0, seed)
        self._over = OverSender(profile.modulator(), profile.slot_samples, HANG)
        self._demodulator = profile.demodulator(profile.sizes, second_tries=True, look_ahead=0)
        self._headers: KnownHeaders | None = None
        self._random = random
        self._next = -self._lead
        silence = int(random.integers(profile.slot_samples, 2 * profile.slot_samples))
        self._first = silence - self._next * profile.slot_samples  # sample of the first packet
        self._receive(np.zeros(silence, dtype=np.complex64))
        self.begin_over(0.0)

    def expect_headers(self) -> None:
        """See HeaderChannel."""
        self._headers = KnownHeaders(self._profile.code, self._profile.slot_samples)

    def begin_over(self, start: float) -> list[Arrival]:
        """LEAD_SECONDS before, as far as there is time; see OverChannel."""
        number = round(start / self._slot_seconds)
        self._unheard = range(self._next, number)  # slots that are no part of what is carried
        arrivals: list[Arrival] = []
        while self._next < number - self._lead:
            arrivals += self._send(self._over.wait())
        while self._next < number:
            contents = self._random.bytes(min(self._profile.sizes))
            arrivals += self._send(self._over.send(contents))
        return arrivals

    def carry(self, packet: bytes, start: float, airtime: float) -> list[Arrival]:
        """In a slot of its own; see Channel.

        Raises:
            ValueError: it does not take just one slot, or fits none.
        """
        place = start / self._slot_seconds
        number = round(place)
        if abs(airtime / self._slot_seconds - 1.0) > ROUNDING or abs(place - number) > ROUNDING:
            raise ValueError(
                f"a packet of {1000 * airtime:g} ms is none of a modem with slots of "
                f"{self._profile.slot_ms:g} ms"
            )
        if number < self._next:
            raise ValueError("a slot carries one packet")
        contents = into_slot(packet, self._profile.sizes)
        arrivals: list[Arrival] = []
        while self._next < number:
            arrivals += self._send(self._over.wait())
        return arrivals + self._send(self._over.send(contents))

    def end(self) -> list[Arrival]:
        """The over fades out, and noise follows; see Channel."""
        arrivals = self._send(self._over.end())
        for _ in range(TAIL):
            arrivals += self._send(self._over.wait())
        return arrivals

    def through(self, samples: Samples, sample_rate: int, power: float) -> Samples:
        """See WaveformChannel; the fading is that which packets of this seed meet."""
        return Air(self._conditions, sample_rate, power, self._seed).pass_on(samples)

    def _send(self, part: OverPart) -> list[Arrival]:
        self._next += 1
        found = sorted(self._receive(part.samples), key=lambda slot: slot.start)
        return [arrival for slot in found for arrival in self._handed_over(slot)]

    def _receive(self, samples: Samples) -> list[received_slot]:
        return self._demodulator.push(self._air.pass_on(samples))

    def _handed_over(self, slot: received_slot) -> list[Arrival]:
        number = round((slot.start - self._first) / self._profile.slot_samples)
        if number < 0 or number in self._unheard:
            return []
        heard = as_it_came(slot) if self._headers is None else self._headers.heard(slot)
        if heard is None or not (heard.accepted or self._headers):
            return []
        try:
            packet = from_slot(heard.bytes)
        except ValueError:  # no sender fills a slot so
            return []
        end, snr = (number + 1) * self._slot_seconds, heard.snr
        if self._headers is None:  # bits of others mean nothing to their receivers
            return [Arrival(packet, end, snr)]
        return [Arrival(packet, end, snr, heard.verdict, heard.packet_soft)]
