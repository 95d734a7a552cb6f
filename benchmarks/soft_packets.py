#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a packet that the modem does not believe is still worth: tokens and words, by SNR.

Speech of the development readers goes through sender, modem and white noise, once per point; what
the receiver makes of the same slots is compared:

- erased: what the modem does not believe is lost;
- headers: failed slots are decoded once more with the header that is expected;
- hard: besides, packets of failed slots with that header are taken as they are;
- soft: in their place the token model weighs what their bits may be.

Tokens are counted over the frames sent. A token is wrong and believed if a packet brought it, or
if the receiver gives it 0.9 or more. SNR is in 3 kHz. Figures are in results/mini-3/soft.md.
"""

import csv
import sys
import time
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

sys.path.insert(0, str(Path(__file__).parent))
from gnuradio.largesc.codec.checkpoint import load_codec
from gnuradio.largesc.corpus.opened_corpus import open_corpus
from gnuradio.largesc.evaluation.metrics.word_errors import WordErrors
from gnuradio.largesc.recovery.strategies.recovery_settings import RecoverySettings
from gnuradio.largesc.recovery.strategies.strategy_by_name import make_recovery
from gnuradio.largesc.speech_link.frame_player import FramePlayer
from soft_figures.modem_link import WAYS, received, sent_over
from soft_figures.read_speech import Reading, readings, word_errors
from soft_figures.token_count import TokenCount, play

THRESHOLD = {7: -4.6, 13: -1.4}  # dB at which 10 % are lost, docs/modem.md
TOKENS = {7: 4, 13: 8}
CELLS = (
    *("bytes", "SNR (dB)", "way", "packets believed", "wrong ones", "first tokens right"),
    *("tokens right", "wrong and believed", "words wrong"),
)
COLUMNS = ("bytes", "snr_db", "way", "reader", *TokenCount.names(), "words", "wrong_words")


def rows(codec, player, judge, reading: Reading, size: int, steps: list[float], seed: int):
    """Figures of one reader, point by point and way by way."""
    over = sent_over(codec, reading.pcm, TOKENS[size])
    for step in steps:
        snr = THRESHOLD[size] + step
        random = np.random.default_rng([seed, size, round(10 * step) + 100, reading.number])
        slots = over.through_noise(snr, random)
        for way in WAYS:
            due = received(slots, way, len(over.tokens))
            count, pcm = play(codec, player, due, over, TOKENS[size], judge is not None)
            words, wrong = word_errors(judge, reading, pcm) if judge else (0, 0)
            yield (size, f"{snr:.1f}", way, reading.reader, *count.values(), words, wrong)


def share(wrong: int, said: int) -> str:
    return f"{100 * wrong / said:.1f} %" if said else ""


def main(
    corpus: Annotated[str, typer.Argument(help="Evaluation corpus; its development readers.")] = "",
    size: Annotated[int, typer.Option(help="Bytes of a slot: 7 or 13.")] = 7,
    step: Annotated[list[float], typer.Option(help="dB from 10 % lost.")] = [-1, 0, 1, -2, 2],  # noqa: B006
    readers: int = 4,
    first: Annotated[int, typer.Option(help="Readers to leave out.")] = 0,
    sentences: Annotated[int, typer.Option(help="Of each reader.")] = 10,
    recovery: str = "lora",
    seed: int = 1,
    words: Annotated[bool, typer.Option(help="Count wrong words, too; takes longest.")] = True,
    table: Annotated[Path | None, typer.Option(help="CSV file to write, row by row.")] = None,
) -> None:
    """Prints a table in Markdown."""
    codec, judge = load_codec("mini"), WordErrors() if words else None
    player = FramePlayer(codec, make_recovery(recovery, RecoverySettings("mini", 1)))
    started, found = time.process_time(), []
    file = table.open("w", newline="") if table else None
    if file:
        csv.writer(file).writerow(COLUMNS)
    opened = open_corpus(corpus, ["development"])
    for reading in readings(opened, first, readers, sentences):
        for row in rows(codec, player, judge, reading, size, step, seed):
            found.append(row)
            if file:
                csv.writer(file).writerow(row)
                file.flush()
        print(f"{reading.reader}: {time.process_time() - started:.0f} s", file=sys.stderr)
    print(f"{readers} readers, {sentences} sentences each, {recovery}, seed {seed}\n")
    print(f"| {' | '.join(CELLS)} |\n{'|---' * len(CELLS)}|")
    for point in dict.fromkeys((row[0], row[1], row[2]) for row in found):
        own = [row for row in found if row[:3] == point]
        total = TokenCount(*np.sum([row[4:-2] for row in own], axis=0).tolist())
        said, wrong = np.sum([row[-2:] for row in own], axis=0)
        print(f"| {' | '.join(map(str, point))} | {total.shares()} | {share(wrong, said)} |")


if __name__ == "__main__":
    typer.run(main)
