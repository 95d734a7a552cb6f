#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packets lost with and without the header that is expected, of the same slots.

Overs of 100 packets of speech (4 or 8 tokens, drawn at random) through white noise or MPP, sync
included, and the noise behind them. Intervals (95 %) count with packets of an
over that fade together. The figures are in docs/soft-packets.md.
"""

import sys
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

sys.path.insert(0, str(Path(__file__).parent))
from gnuradio.largesc.link.known_headers import KnownHeaders
from largesc_kernels import hf_code, hf_demodulator, hf_modulator, packet, packet_codec
from modem_figures.hf_channel import POOR, Fading, Samples, fade, noise, shift
from modem_figures.packet_loss import Count

TOKENS = {7: 4, 13: 8}
OVER, SLOT, LEAD, TAIL = 100, 640, 4000, 30000
POINTS = {7: ([-6.0, -5.5, -5.0, -4.5], [-2.0, -1.0]), 13: ([-2.5, -2.0, -1.5], [2.0, 3.0])}


def packets_of(size: int, random: np.random.Generator) -> list[bytes]:
    """Speech from a frame on that is drawn."""
    codec, first = packet_codec(), int(random.integers(128))
    drawn = random.integers(0, 2048, (OVER, TOKENS[size])).tolist()
    return [codec.pack(packet((first + n) % 128, tokens)) for n, tokens in enumerate(drawn)]


def on_the_air(
    packets: list[bytes], snr_db: float, fading: Fading | None, random: np.random.Generator
) -> Samples:
    """An over at a random time and frequency, and noise behind it."""
    modulator = hf_modulator()
    active = np.concatenate([*(modulator.modulate(one) for one in packets), modulator.flush()])
    lead = LEAD + int(random.integers(SLOT))
    samples = np.concatenate([np.zeros(lead), active, np.zeros(TAIL)]).astype(np.complex64)
    if fading:
        samples = fade(samples, fading, random)
    samples = shift(samples, random.uniform(-150.0, 150.0))
    return samples + noise(len(samples), snr_db, float(np.mean(np.abs(active) ** 2)), random)


def one_over(
    size: int, snr_db: float, fading: Fading | None, random: np.random.Generator
) -> tuple[Count, Count]:
    """Without and with known headers."""
    packets = packets_of(size, random)
    samples, demodulator = on_the_air(packets, snr_db, fading, random), hf_demodulator([size])
    slots = [*demodulator.push(samples), *demodulator.flush()]
    headers = KnownHeaders(hf_code, SLOT)
    heard = [one for slot in slots if (one := headers.heard(slot)) is not None]
    counts = []
    for found in (slots, heard):
        believed = [slot.bytes for slot in found if slot.accepted]
        sent = set(packets)
        right, wrong = len(sent & set(believed)), sum(one not in sent for one in believed)
        counts.append(Count(OVER, right, wrong))
    return counts[0], counts[1]


def cell(count: Count) -> str:
    low, high = count.interval()
    wrong = 100 * count.wrong_share
    return f"{100 * count.loss:.1f} % ({100 * low:.1f}–{100 * high:.1f}) | {wrong:.1f} %"


def main(
    overs: Annotated[int, typer.Option(help="Of each point.")] = 10,
    sizes: list[int] = [7, 13],  # noqa: B006
    white: Annotated[list[float] | None, typer.Option(help="dB, in place of all in noise.")] = None,
    faded: Annotated[list[float] | None, typer.Option(help="dB, in place of all on MPP.")] = None,
    seed: int = 1,
) -> None:
    """Prints a table in Markdown; points of one channel alone are those that are named."""
    named = None if white is None and faded is None else (white or [], faded or [])
    print(f"{overs} overs of {OVER} packets a point, seed {seed}\n")
    print("| bytes | channel | SNR (dB) | lost (95 %) | wrong | with known headers | wrong |")
    print("|---" * 7 + "|")
    for size in sizes:
        for fading, points in zip((None, POOR), named or POINTS[size], strict=True):
            for snr in points:
                without, known = Count(), Count()
                for over in range(overs):
                    random = np.random.default_rng([seed, size, over, round(10 * snr) + 100])
                    plain, better = one_over(size, snr, fading, random)
                    without.add(plain)
                    known.add(better)
                where = fading.name if fading else "noise"
                print(f"| {size} | {where} | {snr} | {cell(without)} | {cell(known)} |", flush=True)


if __name__ == "__main__":
    typer.run(main)
