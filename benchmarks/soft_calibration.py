#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""How right the likelihoods of damaged packets' tokens are: bits that are still open per token.

Packets of random tokens go through profile `hf` and white noise; those that are not believed even
with their header known are looked at. First seeds fit the constants of frame/soft_tokens.py, later
ones judge: a token of which nothing is known leaves 11 bits open, one that is known none, and
likelihoods that promise too much cost more than they bring. docs/soft-packets.md has the figures.
"""

import sys
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np
import typer
from numpy.typing import NDArray
from scipy.optimize import minimize

sys.path.insert(0, str(Path(__file__).parent))
from gnuradio.largesc.frame.soft_tokens import BITS, DOUBT, MOST, TOKEN_BITS, token_likelihoods
from gnuradio.largesc.link.known_headers import CERTAIN, HEADER_BITS, is_believed
from largesc_kernels import hf_code, hf_demodulator, hf_modulator, tail_biting_decoder
from modem_figures.hf_channel import noise

THRESHOLD = {7: -4.6, 13: -1.4}  # dB
STEPS = (-1.5, -1.0, -0.5, 0.0, 0.5)
SLOT, LEAD = 640, 4000


class Token(NamedTuple):
    """What was sent, and the ratios of its bits, float32 ``[11]``."""

    sent: int
    ratios: NDArray[np.float32]


def damaged(size: int, packets: int, seed: int) -> list[Token]:
    """Tokens of packets that may not be believed."""
    decoder, found = tail_biting_decoder(hf_code(size)), []
    for step in STEPS:
        random = np.random.default_rng([seed, size, round(10 * step) + 100])
        sent, modulator = [random.bytes(size) for _ in range(packets)], hf_modulator()
        active = np.concatenate([*(modulator.modulate(one) for one in sent), modulator.flush()])
        samples = np.concatenate([np.zeros(LEAD), active, np.zeros(SLOT)]).astype(np.complex64)
        samples += noise(len(samples), THRESHOLD[size] + step, 1.0, random)
        demodulator = hf_demodulator([size])
        for slot in [*demodulator.push(samples), *demodulator.flush()]:
            number = round((slot.start - LEAD) / SLOT)
            if slot.accepted or not 0 <= number < packets:
                continue
            bits = np.unpackbits(np.frombuffer(sent[number], dtype=np.uint8))
            known = np.zeros(len(bits), dtype=np.float32)
            known[:HEADER_BITS] = np.where(bits[:HEADER_BITS], CERTAIN, -CERTAIN)
            word = decoder.decode(slot.coded, known)
            if not is_believed(word, slot.evidence):
                found += tokens_in(bits, word.soft_bits)
    return found


def tokens_in(bits: NDArray[np.uint8], soft: NDArray[np.float32]) -> list[Token]:
    """Tokens of a packet, with their ratios."""
    weights = 1 << np.arange(TOKEN_BITS)[::-1]
    starts = range(HEADER_BITS, len(bits) - TOKEN_BITS + 1, TOKEN_BITS)
    return [
        Token(int(bits[a : a + TOKEN_BITS] @ weights), soft[a : a + TOKEN_BITS]) for a in starts
    ]


def independent(ratios: NDArray[np.float32], scale: float) -> NDArray[np.float64]:
    """Logarithms of probabilities if bits were independent."""
    signs = np.where(BITS == 1, -1.0, 1.0) * (scale * ratios)
    return -np.logaddexp(0.0, signs).sum(axis=1)


def doubt(tokens: list[Token]) -> float:
    """The constant of that name, fitted."""
    right = np.array([token_likelihoods(one.ratios).argmax() == one.sent for one in tokens])
    least = np.array([min(abs(one.ratios).min(), MOST) for one in tokens])

    def open_bits(value: NDArray[np.float64]) -> float:
        ahead = np.where(right, least - value[0], value[0] - least)
        return float(np.logaddexp(0.0, -ahead).mean())

    return float(minimize(open_bits, [1.0]).x[0])


def main(
    packets: Annotated[int, typer.Option(help="Of each point.")] = 300,
    seed: Annotated[int, typer.Option(help="To fit; the next one judges.")] = 1,
) -> None:
    """Prints a table in Markdown."""
    print(f"{packets} packets at each of {len(STEPS)} SNR, seeds {seed} (fit) and {seed + 1}\n")
    print(
        "| bytes | tokens | right as decided | independent bits | as used | doubt (used, fitted) |"
    )
    print("|---" * 6 + "|")
    for size in THRESHOLD:
        fitted, judged = damaged(size, packets, seed), damaged(size, packets, seed + 1)
        scores = {
            scale: -np.mean([independent(t.ratios, scale)[t.sent] for t in fitted])
            for scale in (0.2, 0.3, 0.4, 0.5, 0.6, 0.8)
        }
        best = min(scores, key=lambda scale: scores[scale])
        alone = -np.mean([independent(t.ratios, best)[t.sent] for t in judged]) / np.log(2.0)
        likelihoods = [token_likelihoods(one.ratios) for one in judged]
        used = -np.mean([p[t.sent] for p, t in zip(likelihoods, judged, strict=True)]) / np.log(2.0)
        right = np.mean([p.argmax() == t.sent for p, t in zip(likelihoods, judged, strict=True)])
        print(
            f"| {size} | {len(judged)} | {100 * right:.1f} % | {alone:.2f} | {used:.2f} "
            f"| {DOUBT}, {doubt(fitted):.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    typer.run(main)
