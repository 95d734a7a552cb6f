# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Arrivals to packets: what is refused, and what vouches for what is not."""

from collections import Counter
from typing import Any, NamedTuple

from largesc_kernels import packet_error, packet_parser, packet_refused

from ..frame.nonzero_counts import nonzero
from .arrival import Arrival

# Counters of their own, of what tells the user something else than a damaged packet would.
_REFUSED = {
    packet_error.crc: "crc_failed",
    packet_error.version: "version",
    packet_error.other_form: "other_form",
}


class PacketRefused(ValueError):
    """Bytes are no packet for this receiver; ``counter`` names what counts it."""

    def __init__(self, why: str, counter: str):
        super().__init__(why)
        self.counter = counter


class ParsedPacket(NamedTuple):
    """What an arrival says.

    Attributes:
        says: a ``packet`` or an ``announcement``.
        arrival: that brought it.
        verified: a check value, or the layer below, vouches for it.
    """

    says: Any
    arrival: Arrival
    verified: bool


class PacketParser:
    """Takes packets of one form per stream: with check value, or without.

    Args:
        check: ``none``: the layer below lets no damaged packet through, so that each vouches for
            itself, but for those of a radio that gives no verdict; ``crc16``; or ``auto``: the form
            that two packets in a row confirm; the first is kept until the second tells.
            docs/packet-format.md has the arithmetic.
    """

    def __init__(self, check: str = "auto"):
        self._parser = packet_parser(check)
        self._trusts = check == "none"
        self.reset()

    def reset(self) -> None:
        """Forgets the stream; counters to zero."""
        self._parser.reset()
        self._kept: Arrival | None = None
        self._counts: Counter[str] = Counter()

    def counters(self) -> dict[str, int]:
        """Refused: ``malformed``, ``crc_failed``, ``version``, ``other_form``; each if any."""
        counts = dict(self._counts) | {"other_form": self._parser.other_form}
        return nonzero(counts)

    def parse(self, arrival: Arrival) -> list[ParsedPacket]:
        """The packets that are certain now, oldest first: none, this one, or the one before too.

        Raises:
            PacketRefused: the bytes are no packet of this stream; it is counted.
        """
        if arrival.verdict is False:
            self._refuse("the layer below found the packet damaged", "crc_failed")
        try:
            found = self._parser.parse(arrival.data)
        except packet_refused as refused:
            self._refuse(str(refused), _REFUSED.get(refused.error, "malformed"))
        arrivals = (self._kept or arrival, arrival)
        self._kept = None if found else arrival
        return [
            ParsedPacket(says, arrivals[place], self._is_sure(verified, arrivals[place]))
            for says, verified, place in found
        ]

    def flush(self) -> list[ParsedPacket]:
        """At the end of a stream: the packet that nothing followed to confirm its form, if any."""
        kept, self._kept = self._kept, None
        return [
            ParsedPacket(says, kept, self._is_sure(verified, kept))
            for says, verified, _ in self._parser.flush()
            if kept is not None
        ]

    def _refuse(self, why: str, counter: str) -> None:
        self._counts[counter] += 1
        raise PacketRefused(why, counter)

    def _is_sure(self, verified: bool, arrival: Arrival) -> bool:
        # A radio that tells the SNR and no verdict has its doubts.
        trusted = self._trusts and arrival.snr is None
        return verified or trusted or arrival.verdict is True
