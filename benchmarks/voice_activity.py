#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the sender takes for silence, in the conversations of benchmarks/silence.py, with noise too.

Nothing is encoded: bits follow from which frames are silent. The figures are in docs/silence.md.
"""

import sys
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

sys.path.insert(0, str(Path(__file__).parent))
from gnuradio.largesc.codec.rest_detector import RestDetector
from gnuradio.largesc.corpus.opened_corpus import open_corpus
from gnuradio.largesc.frame.tokens import FRAME_RATE
from gnuradio.largesc.speech_link.link_sender import LinkSender
from gnuradio.largesc.speech_link.settings import SenderSettings
from silence_figures.conversation import RATE, Conversation, Samples, conversations

FRAME = 1920
CORNER = 50.0  # Hz: below it the noise is flat


def with_noise(spoken: Conversation, below: float, seed: int) -> Samples:
    """With noise of power 1/f, so many dB below the sentences."""
    noise = np.random.default_rng(seed).standard_normal(len(spoken.pcm))
    spectrum, hertz = np.fft.rfft(noise), np.fft.rfftfreq(len(noise), 1.0 / RATE)
    noise = np.fft.irfft(spectrum / np.sqrt(np.maximum(hertz, CORNER)), len(noise))
    speech = np.sqrt(np.mean(spoken.pcm[spoken.speaks].astype(np.float64) ** 2))
    noise *= speech / np.sqrt(np.mean(noise**2)) * 10 ** (-below / 20)
    return (spoken.pcm + noise).astype(np.float32)


def figures(spoken: Conversation, pcm: Samples) -> tuple[float, float, float, float]:
    """Shares of the frames that are silent, of those within sentences that are, of those in pauses
    that are not; bits per second."""
    detector = RestDetector(-np.inf, rest=True)
    sender = LinkSender(SenderSettings(n_primary=4))
    frames = len(pcm) // FRAME
    speaks = spoken.speaks[: frames * FRAME].reshape(frames, FRAME).mean(axis=1)
    tokens, silent = np.zeros(8, dtype=np.int16), np.zeros(frames, dtype=bool)
    for number, frame in enumerate(pcm[: frames * FRAME].reshape(frames, FRAME)):
        heard = detector.push(frame)
        sender.push(number, tokens, heard.silent, sound=heard.sound)
        silent[number] = heard.silent
    bits = 8 * sender.counters()["bytes"] * FRAME_RATE / frames
    return float(silent.mean()), silent[speaks == 1].mean(), (~silent)[speaks == 0].mean(), bits


def main(
    corpus: Annotated[str, typer.Argument(help="Evaluation corpus; its development readers.")] = "",
    readers: int = 16,
    sentences: Annotated[int, typer.Option(help="Of each reader.")] = 4,
    noise: Annotated[list[float], typer.Option(help="dB below speech.")] = [20.0, 10.0],  # noqa: B006
    seed: Annotated[int, typer.Option(help="Of pauses and noise.")] = 1,
) -> None:
    """Prints a table in Markdown."""
    found: dict[float, list[tuple[float, ...]]] = {}
    for spoken in conversations(open_corpus(corpus, ["development"]), readers, sentences, seed):
        found.setdefault(np.inf, []).append(figures(spoken, spoken.pcm))
        for below in noise:
            heard = figures(spoken, with_noise(spoken, below, seed))
            found.setdefault(below, []).append(heard)
    print("| noise below speech | frames silent | within sentences | pauses not silent | bit/s |")
    print("|---|---|---|---|---|")
    for below, each in found.items():
        *shares, bits = np.mean(each, axis=0)
        name = "none added" if np.isinf(below) else f"{below:g} dB"
        print(f"| {name} | " + " | ".join(f"{100 * s:.1f} %" for s in shares) + f" | {bits:.0f} |")


if __name__ == "__main__":
    typer.run(main)
