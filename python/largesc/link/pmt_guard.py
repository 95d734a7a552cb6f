# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks at a serialised PMT from the network before GNU Radio reads it.

``pmt.deserialize`` trusts its input: it recurses as deep as the message says (64 KB of pairs end
the process) and takes the memory for as many elements as eleven bytes claim.
"""

import struct

MAX_ITEMS = 128  # values in a message; a packet's PDU has about a dozen

# Sizes and tags of GNU Radio 3.10, gnuradio-runtime/include/pmt/pmt_serial_tags.h.
_FIXED = {0x00: 0, 0x01: 0, 0x03: 4, 0x04: 8, 0x05: 16, 0x06: 0, 0x0B: 8, 0x0D: 8}
_SYMBOL, _UNIFORM = 0x02, 0x0A
_PAIR, _DICT = 0x07, 0x09
_ELEMENT_SIZES = (1, 1, 2, 2, 4, 4, 8, 8, 4, 8, 8, 16)


class PmtRefused(ValueError):
    """Bytes are no serialised PMT that a PDU could be."""


def check_serialised_pmt(data: bytes) -> None:
    """Returns if the bytes are one small PMT of pairs, dictionaries, uniform vectors and scalars.

    Raises:
        PmtRefused: they are not.
    """
    position, wanted, items = 0, 1, 0
    while wanted:
        items += 1
        if items > MAX_ITEMS:
            raise PmtRefused(f"a message of more than {MAX_ITEMS} values")
        size, children = _value(data, position)
        position += size
        if position > len(data):
            raise PmtRefused("a message cut short")
        wanted += children - 1
    if position != len(data):
        raise PmtRefused("bytes behind the message")


def _value(data: bytes, position: int) -> tuple[int, int]:
    """Bytes of the value there without those inside it, and how many are inside."""
    try:
        tag = data[position]
        if tag in _FIXED:
            return 1 + _FIXED[tag], 0
        if tag in (_PAIR, _DICT):
            return 1, 2
        if tag == _SYMBOL:
            (length,) = struct.unpack_from(">H", data, position + 1)
            return 3 + length, 0
        if tag == _UNIFORM:
            kind, length, padding = struct.unpack_from(">BIB", data, position + 1)
            return 7 + padding + length * _ELEMENT_SIZES[kind], 0
    except (IndexError, struct.error):
        raise PmtRefused("a message cut short, or of no kind known") from None
    raise PmtRefused(f"a value of kind {tag} is not part of a packet")
