# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""One side of a conversation: a reader's sentences, and pauses with the reader's background."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from gnuradio.largesc.corpus.opened_corpus import Corpus
from gnuradio.largesc.corpus.utterance import Utterance
from numpy.typing import NDArray

RATE = 24000  # Hz
ACTIVE = 0.4  # of the time, from the first to the last sound of each sentence
PIECE = 240  # samples, 10 ms
SPEECH_DB = 35.0  # below the loudest piece there is no speech any more
QUIETEST = 6000  # samples, 250 ms: of so much of a recording the background is known
FADE = 480  # samples, 20 ms, between background and recording

Samples = NDArray[np.float32]


class Spoken(NamedTuple):
    """A sentence and where it is."""

    utterance: Utterance
    start: int


class Conversation(NamedTuple):
    """pcm: float32 ``[samples]`` at 24 kHz; speaks: bool ``[samples]``, inside of sentences."""

    reader: str
    pcm: Samples
    speaks: NDArray[np.bool_]
    sentences: list[Spoken]


def conversations(
    corpus: Corpus, readers: int, sentences: int, seed: int
) -> Iterator[Conversation]:
    """Of the first readers of a corpus; the same for the same seed."""
    names: dict[str, list[str]] = {}
    for entry in corpus.entries:
        names.setdefault(entry.reader, []).append(entry.name)
    for number, reader in enumerate(sorted(names)[:readers]):
        spoken = [corpus.load(name) for name in names[reader][:sentences]]
        yield conversation(spoken, np.random.default_rng([seed, number]))


def conversation(spoken: list[Utterance], random: np.random.Generator) -> Conversation:
    """Sentences of one reader, each after a pause; pauses are drawn from an exponential
    distribution and stretched until ACTIVE of the time is speech."""
    extents = [speech_extent(one.pcm) for one in spoken]
    active = sum(end - start for start, end in extents)
    edges = sum(len(one.pcm) for one in spoken) - active
    drawn = 0.3 + random.exponential(1.0, len(spoken) + 1)
    pauses = (drawn * ((active / ACTIVE - active - edges) / drawn.sum())).astype(int)
    pcm = background_of(spoken, sum(pauses) + active + edges, random)
    speaks, placed, position = np.zeros(len(pcm), bool), [], 0
    for pause, one, (start, end) in zip(pauses, spoken, extents, strict=False):
        position += int(pause)
        here = slice(position, position + len(one.pcm))
        weight = np.minimum(1.0, np.arange(1, len(one.pcm) + 1) / FADE)
        weight = np.minimum(weight, weight[::-1])
        pcm[here] = np.sqrt(1.0 - weight**2) * pcm[here] + weight * one.pcm
        speaks[position + start : position + end] = True
        placed.append(Spoken(one, position))
        position += len(one.pcm)
    return Conversation(spoken[0].reader, pcm.astype(np.float32), speaks, placed)


def speech_extent(pcm: Samples) -> tuple[int, int]:
    """First and last sample of the speech in a recording."""
    pieces = pcm[: len(pcm) // PIECE * PIECE].astype(np.float64).reshape(-1, PIECE)
    level = 10.0 * np.log10(np.mean(pieces**2, axis=1) + 1e-12)
    loud = np.flatnonzero(level > level.max() - SPEECH_DB)
    return int(loud[0]) * PIECE, int(loud[-1] + 1) * PIECE


def background_of(
    spoken: list[Utterance], length: int, random: np.random.Generator
) -> NDArray[np.float64]:
    """Noise with the spectrum of the quietest stretch of each recording, the median of them."""
    quietest = [_quietest(one.pcm.astype(np.float64)) for one in spoken]
    window = np.hanning(QUIETEST)
    spectra = [np.abs(np.fft.rfft(part * window)) for part in quietest]
    magnitude = np.median(spectra, axis=0) / np.sqrt(np.sum(window**2))
    blocks = length // (QUIETEST // 2) + 2
    out = np.zeros((blocks + 1) * (QUIETEST // 2))
    sine = np.sin(np.pi * (np.arange(QUIETEST) + 0.5) / QUIETEST)
    for block in range(blocks):
        white = np.fft.rfft(random.standard_normal(QUIETEST))
        noise = np.fft.irfft(white * magnitude, QUIETEST)
        at = block * (QUIETEST // 2)
        out[at : at + QUIETEST] += sine * noise
    return out[QUIETEST // 2 :][:length]


def _quietest(pcm: NDArray[np.float64]) -> NDArray[np.float64]:
    steps = range(0, len(pcm) - QUIETEST + 1, PIECE)
    start = min(steps, key=lambda at: float(np.sum(pcm[at : at + QUIETEST] ** 2)))
    return pcm[start : start + QUIETEST]
