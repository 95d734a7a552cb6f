# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Slots that failed, decoded once more with the header that the packets before let expect.

Of a packet's first 12 bits nothing is news to a receiver in the middle of an over: the sequence
number grows by one per slot, and the code is mostly that of the packet before. Told to the decoder,
they are 12 of 56 bits that it need not find out. docs/soft-packets.md has what that is worth.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from largesc_kernels import (
    announcement,
    decoded_word,
    packet,
    packet_codec,
    packet_refused,
    received_slot,
    tail_biting_code,
    tail_biting_decoder,
    text_piece,
)
from numpy.typing import NDArray

from .slot_contents import from_slot, place_in_slot

HEADER_BITS = 12
CERTAIN = 12.0  # likelihood ratio, as a logarithm, of a header's bit that is taken for known
REACH = 25  # slots from the last packet; then the modem takes the over to be over, too
# Logarithm of how much more often a failed slot has the header that was expected than another one:
# extra packets, and changes of allocation, are one in 20 at most.
EXPECTED = 3.0
LEAST_RELIABILITY = 3.5  # 2.8, as hf_demodulator has it, lets 8 % of these be wrong
# A packet is wrong with a probability of about exp(-margin): one in 1,100 here. From here on it is
# believed whatever header it has, and the modem vouches for it as a check value would.
CERTAIN_MARGIN = 7.0
LEAST_EVIDENCE = 3.0  # what noise behind an over rarely has


class HeardSlot(NamedTuple):
    """A slot, with the attributes of received_slot that the rest of the receiver asks for.

    Attributes:
        by_header: decoded with the header that was expected.
    """

    bytes: bytes
    soft: NDArray[np.float32]
    accepted: bool
    margin: float
    snr: float
    start: float
    behind: float
    offset: float
    by_header: bool

    @property
    def verdict(self) -> bool | None:
        """Whether the packet is whole, as Arrival has it; None: believed, but not beyond doubt."""
        return (self.margin >= CERTAIN_MARGIN or None) if self.accepted else False

    @property
    def packet_soft(self) -> NDArray[np.float32]:
        """Likelihood ratios of the bits of the slot's packet, float32 ``[8 N]``."""
        place = place_in_slot(self.bytes)
        return self.soft[8 * place.start : 8 * place.stop]


class ExpectedHeader:
    """What the next slots' headers are, by the packets so far."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Nothing has come."""
        # Slot, sequence number of its packet; None behind one that stands for no frame: a live
        # sender leaves that frame's packet out, others send it behind.
        self._next: tuple[int, int | None] | None = None
        self._codes: dict[int, int] = {}  # of speech, by bytes of the slot

    def note(self, contents: bytes, place: int) -> None:
        """A slot that is believed.

        Args:
            contents: of it.
            place: its number.
        """
        try:
            said = packet_codec().parse(from_slot(contents))
        except (ValueError, packet_refused):
            return
        if self._next is not None and place < self._next[0]:
            return  # a second try, out of order
        if isinstance(said, announcement):
            sequence = said.frame % packet_codec.sequence_modulus
        else:
            sequence = said.sequence
        extra = isinstance(said, announcement | text_piece) and not said.silent
        self._next = place + 1, None if extra else sequence + 1
        if isinstance(said, packet) and said.primary and len(contents) == len(from_slot(contents)):
            self._codes[len(contents)] = (contents[0] & 1) << 4 | contents[1] >> 4

    def of(self, size: int, place: int) -> NDArray[np.int8] | None:
        """The first 12 bits of speech in a slot, 0 or 1, int8 ``[12]``; None: nothing is known.

        Args:
            size: of the slot in bytes.
            place: its number.
        """
        if self._next is None or size not in self._codes:
            return None
        slot, number = self._next
        if number is None or not 0 <= place - slot <= REACH:
            return None
        sequence = (number + place - slot) % packet_codec.sequence_modulus
        value = sequence << 5 | self._codes[size]
        return (value >> np.arange(HEADER_BITS)[::-1] & 1).astype(np.int8)


class KnownHeaders:
    """Goes through the slots of a demodulator.

    A slot that failed is decoded with the header that is expected; so is one that is believed with
    another header, but not by much: most packets that are believed and wrong are such.

    Args:
        code_of: gives the code of slots with so many bytes.
        slot_samples: of a slot.
    """

    def __init__(self, code_of: Callable[[int], tail_biting_code], slot_samples: int):
        self._code_of, self._slot_samples = code_of, slot_samples
        self._decoders: dict[int, tail_biting_decoder] = {}
        self.reset()

    def reset(self) -> None:
        """Forgets the stream."""
        self._expected = ExpectedHeader()
        self._believed: set[int] = set()  # places
        self._anchor = 0, 0.0  # place and beginning of the last slot

    def heard(self, slot: received_slot) -> HeardSlot | None:
        """A slot, better if it can be; None: it is a second try of one that was believed already.

        Args:
            slot: as the demodulator gave it, one after the other.
        """
        place = self._place_of(slot.start)
        if place in self._believed:
            return None
        header = self._expected.of(len(slot.bytes), place)
        is_clear = slot.accepted and (slot.margin >= CERTAIN_MARGIN or _begins(slot.bytes, header))
        result = as_it_came(slot) if header is None or is_clear else self._anew(slot, header)
        if result.accepted:
            self._believed = {one for one in self._believed if one > place - REACH} | {place}
            self._expected.note(result.bytes, place)
        return result

    def _place_of(self, start: float) -> int:
        """Number of a slot, counted from one that came before."""
        place, known = self._anchor
        place += round((start - known) / self._slot_samples)
        self._anchor = place, start
        return place

    def _anew(self, slot: received_slot, header: NDArray[np.int8]) -> HeardSlot:
        known = np.zeros(8 * len(slot.bytes), dtype=np.float32)
        known[:HEADER_BITS] = np.where(header, CERTAIN, -CERTAIN)
        word = self._decoder(len(slot.bytes)).decode(slot.coded, known)
        if slot.accepted and slot.evidence >= word.evidence + EXPECTED + LEAST_RELIABILITY:
            return as_it_came(slot)
        return HeardSlot(
            np.packbits(word.bits).tobytes(),
            word.soft_bits,
            is_believed(word, slot.evidence),
            word.margin,
            slot.snr,
            slot.start,
            slot.behind,
            slot.offset,
            True,
        )

    def _decoder(self, size: int) -> tail_biting_decoder:
        if size not in self._decoders:
            self._decoders[size] = tail_biting_decoder(self._code_of(size))
        return self._decoders[size]


def _begins(contents: bytes, header: NDArray[np.int8] | None) -> bool:
    bits = np.unpackbits(np.frombuffer(contents[:2], dtype=np.uint8))[:HEADER_BITS]
    return header is not None and bool((bits == header).all())


def is_believed(word: decoded_word, without: float) -> bool:
    """Whether to believe a packet with the header that was expected.

    Args:
        word: decoded with it.
        without: evidence of the best packet with any header.
    """
    reliability = min(word.reliability, word.evidence - without + EXPECTED)
    return bool(reliability >= LEAST_RELIABILITY and word.evidence >= LEAST_EVIDENCE)


def as_it_came(slot: received_slot) -> HeardSlot:
    """A slot as the demodulator has it."""
    return HeardSlot(
        slot.bytes,
        slot.soft,
        slot.accepted,
        slot.margin,
        slot.snr,
        slot.start,
        slot.behind,
        slot.offset,
        False,
    )
