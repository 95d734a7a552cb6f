# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packets of any length in slots of few sizes; docs/modem.md has the form."""

from collections.abc import Sequence

HEAD_BYTES = 2  # of a slot that a packet does not fill
MARK = 0x1FF  # of its 16 bits the lower nine: code 31 and mode 15, which no packet begins with


class NoSlotError(ValueError):
    """No slot carries this packet."""


def slot_for(length: int, sizes: Sequence[int]) -> int | None:
    """Bytes of the smallest slot that carries a packet of the sender's of so many bytes; None: none
    does.

    Args:
        length: of the packet.
        sizes: bytes of the slots that there are.
    """
    fitting = [size for size in sizes if length == size or 0 < length <= size - HEAD_BYTES]
    return min(fitting, default=None)


def into_slot(packet: bytes, sizes: Sequence[int]) -> bytes:
    """What the smallest slot that carries a packet has in it.

    A packet of just this size goes as it is. Any other comes behind 16 bits: its length (7 bits)
    and nine ones; zeros fill the rest.

    Args:
        packet: a byte or more.
        sizes: bytes of the slots that there are, rising.

    Raises:
        NoSlotError: it fits none, or is empty.
    """
    for size in sizes:
        if len(packet) == size and not _is_marked(packet):
            return packet
        if 0 < len(packet) <= size - HEAD_BYTES:
            head = (len(packet) << 9 | MARK).to_bytes(HEAD_BYTES, "big")
            return (head + packet).ljust(size, b"\0")
    raise NoSlotError(f"a packet of {len(packet)} bytes fits no slot of {max(sizes)}")


def from_slot(contents: bytes) -> bytes:
    """The packet in a slot.

    Raises:
        ValueError: no sender would have filled it so; it is damaged.
    """
    if not _is_marked(contents):
        return contents
    length, room = contents[0] >> 1, len(contents) - HEAD_BYTES
    packet, rest = contents[HEAD_BYTES:][:length], contents[HEAD_BYTES + length :]
    if not 0 < length <= room:
        raise ValueError(f"a slot of {len(contents)} bytes has no packet of {length}")
    if any(rest):
        raise ValueError("what a packet leaves of its slot is not zero")
    return packet


def place_in_slot(contents: bytes) -> slice:
    """Where in a slot the bytes of its packet are, if it is one that :func:`from_slot` takes."""
    if not _is_marked(contents):
        return slice(0, len(contents))
    return slice(HEAD_BYTES, HEAD_BYTES + (contents[0] >> 1))


def _is_marked(contents: bytes) -> bool:
    return len(contents) > 1 and int.from_bytes(contents[:HEAD_BYTES], "big") & MARK == MARK
