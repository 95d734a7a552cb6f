# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Data as sixteen pieces, of which any that are enough tell all: a Reed-Solomon code.

Byte i of piece x is the value at x of the polynomial over GF(2^8), modulo x^8 + x^4 + x^3 + x^2 + 1
(I. S. Reed and G. Solomon, 1960), of least degree through byte i of the pieces of the data itself,
which are the first.
"""

from collections.abc import Mapping

PIECES = 16
MODULUS = 0x11D


def _tables() -> tuple[list[int], list[int]]:
    powers, logs, value = [], [0] * 256, 1
    for exponent in range(255):
        powers.append(value)
        logs[value] = exponent
        value = value << 1 ^ (MODULUS if value & 0x80 else 0)
    return powers, logs


POWERS, LOGS = _tables()


def coded(data: bytes, size: int) -> list[bytes]:
    """All pieces of ``size`` bytes; zeros fill the last one of the data.

    Raises:
        ValueError: there are more bytes than sixteen pieces hold, or none.
    """
    if not 0 < len(data) <= PIECES * size:
        raise ValueError(
            f"{PIECES} pieces of {size} bytes hold 1..{PIECES * size}, not {len(data)}"
        )
    own = [data[at : at + size].ljust(size, b"\0") for at in range(0, len(data), size)]
    known = dict(enumerate(own))
    return own + [_piece(known, at) for at in range(len(own), PIECES)]


def decoded(pieces: Mapping[int, bytes]) -> bytes | None:
    """The data with the zeros behind it, from pieces by their numbers.

    It is of as few pieces as go with all that came. Where there are no more than are needed,
    nothing has been checked: whoever asks must know what the data looks like.

    Returns:
        None where they differ in size.
    """
    if len({len(piece) for piece in pieces.values()}) != 1:
        return None
    numbers = list(pieces)
    for count in range(1, len(numbers) + 1):
        known = {number: pieces[number] for number in numbers[:count]}
        if all(_piece(known, number) == pieces[number] for number in numbers[count:]):
            return b"".join(_piece(known, number) for number in range(count))
    return None


def _piece(known: Mapping[int, bytes], at: int) -> bytes:
    """Value at one place of the polynomial through others (Lagrange)."""
    if at in known:
        return known[at]
    result = bytearray(len(next(iter(known.values()))))
    for own, piece in known.items():
        weight = sum(LOGS[at ^ other] - LOGS[own ^ other] for other in known if other != own)
        for i, byte in enumerate(piece):
            if byte:
                result[i] ^= POWERS[(LOGS[byte] + weight) % 255]
    return bytes(result)
