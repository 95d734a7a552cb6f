# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings of the corpus as streams: one reader's, one behind the other, with pauses.

Half of the recordings are shorter than 1.3 s. A model that only ever saw them alone would know
starts and ends, but not what a link carries: speech that goes on.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

import numpy as np
import soxr

from ..corpus.prepared import SAMPLE_RATE, PreparedCorpus, Row

LONGEST = 24 * SAMPLE_RATE  # samples of speech after which a stream ends
PAUSE = 0.05, 0.6  # s between recordings
FULL = 0.99


class Stream(NamedTuple):
    """reader: name of the source, use: training or validation, number of the pass, recordings."""

    reader: str
    use: str
    number: int
    rows: tuple[Row, ...]


def plan_streams(corpus: PreparedCorpus, passes: int, seed: int) -> list[Stream]:
    """All streams, in an order that depends on nothing but the arguments.

    Validation readers are streamed once, as they are; readers never share a stream.
    """
    streams = []
    for use in ("training", "validation"):
        rows = sorted(corpus.of(use), key=lambda row: row.group)
        for reader, own in groupby(rows, key=lambda row: row.group):
            recordings = list(own)
            for number in range(passes if use == "training" else 1):
                rng = np.random.default_rng([seed, number, len(streams)])
                order = [recordings[k] for k in rng.permutation(len(recordings))]
                streams += [Stream(reader, use, number, part) for part in _parts(order)]
    return streams


def _parts(rows: list[Row]) -> Iterator[tuple[Row, ...]]:
    part: list[Row] = []
    for row in rows:
        part.append(row)
        if sum(r.samples for r in part) >= LONGEST:
            yield tuple(part)
            part = []
    if part:
        yield tuple(part)


def speech_of(stream: Stream, corpus: PreparedCorpus, rng: np.random.Generator) -> np.ndarray:
    """Its samples, float32 at 24 kHz, full scale 1.0; pass 0 as recorded, others changed.

    A change of speed, level and frequency response is one for the whole stream: it makes
    another reader and another microphone.
    """
    pieces = []
    for row in stream.rows:
        pause = int(rng.uniform(*PAUSE) * SAMPLE_RATE)
        pieces += [corpus.pcm(row), np.zeros(pause, np.float32)]
    pcm = np.concatenate(pieces)
    if stream.number == 0:
        return pcm
    pcm = soxr.resample(pcm, rng.uniform(0.82, 1.22), 1.0)
    if rng.random() < 0.5:
        pcm = _equalised(pcm, rng)
    gain = 10.0 ** (rng.uniform(-12.0, 12.0) / 20.0)
    peak = max(1e-5, float(np.abs(pcm).max(initial=0.0)))
    return (pcm * min(gain, FULL / peak)).astype(np.float32)


def _equalised(pcm: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A smooth gain over frequency of up to 8 dB either way: microphones and distances."""
    knots = np.array([0.0, 120.0, 350.0, 1000.0, 2500.0, 6000.0, 12000.0])
    hertz = np.fft.rfftfreq(len(pcm), 1.0 / SAMPLE_RATE)
    decibels = np.interp(hertz, knots, rng.uniform(-8.0, 8.0, len(knots)))
    return np.fft.irfft(np.fft.rfft(pcm) * 10.0 ** (decibels / 20.0), len(pcm)).astype(np.float32)
