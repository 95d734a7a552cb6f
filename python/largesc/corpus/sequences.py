# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of digits and of the phonetic alphabet, made of single prompts."""

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from .utterance import SAMPLE_RATE

GAP = 0.35  # s between items: someone who reads out a call sign
DIGITS = {
    f"digits/{value}": word
    for value, word in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    )
}
ALPHABET = [
    "alpha",
    "bravo",
    "charlie",
    "delta",
    "echo",
    "foxtrot",
    "golf",
    "hotel",
    "india",
    "juliet",
    "kilo",
    "lima",
    "mike",
    "november",
    "oscar",
    "papa",
    "quebec",
    "romeo",
    "sierra",
    "tango",
    "uniform",
    "victor",
    "whiskey",
    "xray",
    "yankee",
    "zulu",
]
PHONETIC = {f"phonetic/{word[0]}_p": word for word in ALPHABET}
ITEMS: Mapping[str, Mapping[str, str]] = {"digits": DIGITS, "phonetic": PHONETIC}


def chosen_items(subset: str, count: int, length: int) -> list[list[str]]:
    """Prompts of sequences: the same ones everywhere and always.

    Every item comes about equally often: a shuffled row of all of them is cut into sequences.
    """
    digest = hashlib.sha256(subset.encode()).digest()
    generator = np.random.default_rng(int.from_bytes(digest[:8], "little"))
    names = list(ITEMS[subset])
    row: list[str] = []
    while len(row) < count * length:
        row += [names[index] for index in generator.permutation(len(names))]
    return [row[first : first + length] for first in range(0, count * length, length)]


def spoken(parts: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Items one after the other with pauses between them."""
    gap = np.zeros(round(GAP * SAMPLE_RATE), dtype=np.float32)
    pieces = [piece for part in parts for piece in (gap, part)]
    return np.concatenate(pieces[1:])
