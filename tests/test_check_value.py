# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The arithmetic of docs/packet-format.md on check values: what the polynomials miss."""

from collections import Counter
from itertools import combinations

import pytest
from gnuradio.largesc import packet_codec

LONGEST = 8 * packet_codec(crc=True).packet_size(15)  # bits


def missed(polynomial: int, bits: int) -> tuple[int, int, int, int]:
    """How many patterns of 1, 2, 3 and 4 wrong bits a CRC-16 does not notice.

    It does not notice a pattern whose syndromes (remainders of x^n, one per wrong bit) add up to
    zero. Initial value and inversion do not matter: they are the same on both ends.
    """
    syndromes = []
    remainder = 1
    for _ in range(bits):
        syndromes.append(remainder)
        remainder <<= 1
        if remainder & 0x10000:
            remainder ^= 0x10000 | polynomial
    pairs = Counter(a ^ b for a, b in combinations(syndromes, 2))
    triples = sum(pairs[syndrome] for syndrome in syndromes)
    # Two pairs with the same sum; each pattern of four falls into pairs in three ways. (Where
    # patterns of two are missed, pairs can overlap: the number is only a bound then.)
    quads = sum(n * (n - 1) // 2 for total, n in pairs.items() if total)
    return syndromes.count(0), pairs[0], triples // 3, quads // 3


@pytest.mark.parametrize(
    ("polynomial", "expected"),
    [(0x1021, (0, 0, 0, 2409)), (0x8005, (0, 0, 0, 7523)), (0xBAAD, (0, 0, 0, 903))],
)
def test_patterns_missed_in_the_longest_packet(
    polynomial: int, expected: tuple[int, int, int, int]
) -> None:
    assert missed(polynomial, LONGEST) == expected


def test_polynomial_of_dnp_is_for_shorter_packets() -> None:
    assert missed(0x3D65, 8 * 18) == (0, 0, 0, 0)
    assert missed(0x3D65, LONGEST)[1] == 49


def test_our_polynomial_finds_any_odd_number_of_wrong_bits() -> None:
    # It is a multiple of x + 1: an even number of terms.
    assert (0x11021).bit_count() % 2 == 0
    assert (0x1BAAD).bit_count() % 2 == 1
