#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the front of a packet should have a stronger code than the rest, in 256 coded bits.

A packet of 4 tokens (56 bits) is sent in white noise with one code, or as two words of the same
family of codes, the header and the first tokens in one, the rest in the other. What arrives is
worth what docs/costs.md measured for so many first tokens; what is believed and wrong counts as
lost. Each at the noise at which one code loses 10, 30 and 50 % of its packets. The finding is in
docs/soft-packets.md.
"""

from typing import Annotated

import numpy as np
import typer
from gnuradio.largesc.frame.soft_tokens import TOKEN_BITS, token_likelihoods
from gnuradio.largesc.link.known_headers import CERTAIN, HEADER_BITS
from largesc_kernels import decoded_word, tail_biting_code, tail_biting_decoder

CODED, TOKENS = 256, 4
GENERATORS = [0o11145, 0o12477, 0o15537, 0o16727, 0o17661, 0o10533]
# dB x frames, neighbours received: with 0, 1, 2, 3 and 4 tokens (docs/costs.md).
COSTS = (4.03, 1.98, 1.04, 0.61, 0.31)
BELIEVED = 2.8
DEVIATIONS = {"10 %": 1.45, "30 %": 1.55, "50 %": 1.65}  # of the noise, amplitude 1


class Word:
    """Some bits of the packet in some of the coded bits."""

    def __init__(self, first: int, bits: int, coded: int) -> None:
        self.place = slice(first, first + bits)
        generators = GENERATORS[: -(-coded // bits)]
        self.code = tail_biting_code(12, generators, bits, coded)
        self.decoder = tail_biting_decoder(self.code)

    def receive(self, packet, deviation: float, random, known_header: bool) -> decoded_word:
        bits = packet[self.place]
        sent = 2.0 * self.code.encode(bits) - 1.0
        came = sent + random.normal(0.0, deviation, len(sent))
        known = np.zeros(len(bits), dtype=np.float32)
        if known_header:
            inside = np.arange(len(bits)) + self.place.start < HEADER_BITS
            known[inside] = np.where(bits[inside], CERTAIN, -CERTAIN)
        return self.decoder.decode((2.0 * came / deviation**2).astype(np.float32), known)


def words_for(first_tokens: int, coded: int) -> list[Word]:
    """One word of all, or two."""
    whole = HEADER_BITS + TOKEN_BITS * TOKENS
    if not first_tokens:
        return [Word(0, whole, CODED)]
    front = HEADER_BITS + TOKEN_BITS * first_tokens
    return [Word(0, front, coded), Word(front, whole - front, CODED - coded)]


def tokens_right(packet, words, received, soft: bool) -> int:
    """How many of the first tokens are there and right."""
    came = np.zeros(len(packet), dtype=np.float32)
    for word, got in zip(words, received, strict=True):
        if got.reliability >= BELIEVED:
            came[word.place] = np.where(got.bits, 20.0, -20.0)
        elif soft:
            came[word.place] = got.soft_bits
    for k in range(TOKENS):
        own = slice(HEADER_BITS + TOKEN_BITS * k, HEADER_BITS + TOKEN_BITS * (k + 1))
        token = int(packet[own] @ (1 << np.arange(TOKEN_BITS)[::-1]))
        if not came[own].any() or token_likelihoods(came[own]).argmax() != token:
            return k
    return TOKENS


def main(packets: Annotated[int, typer.Option(help="Of each row.")] = 1000, seed: int = 1) -> None:
    """Prints a table in Markdown: mean cost by noise, without and with known headers, soft bits."""
    ways = [(False, False), (True, False), (True, True)]
    names = ["neither", "known headers", "and soft bits"]
    print(f"{packets} packets a figure, seed {seed}; cost in dB x frames\n")
    print(
        "| first tokens | their bits | "
        + " | ".join(f"{loss}: {name}" for loss in DEVIATIONS for name in names)
        + " |"
    )
    print("|---" * (2 + len(DEVIATIONS) * len(names)) + "|")
    for first, coded in ((0, CODED), (1, 105), (1, 125), (2, 155), (2, 170), (2, 185)):
        words, cells = words_for(first, coded), []
        for deviation in DEVIATIONS.values():
            for known, soft in ways:
                random, cost = np.random.default_rng(seed), 0.0
                for _ in range(packets):
                    packet = random.integers(0, 2, HEADER_BITS + TOKEN_BITS * TOKENS).astype(
                        np.uint8
                    )
                    got = [word.receive(packet, deviation, random, known) for word in words]
                    cost += COSTS[tokens_right(packet, words, got, soft)]
                cells.append(f"{cost / packets:.2f}")
        print(f"| {first or 'one code'} | {coded} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    typer.run(main)
