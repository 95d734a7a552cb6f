# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stretches of one reader's speech, and which of their frames are measured.

Speech has many vowels in the middle and few onsets. Frames are drawn evenly over level, voicing
and change instead, so that all kinds are known; a weight says how many frames of speech one stands
for.
"""

from typing import NamedTuple

import numpy as np
from largesc.codec.silence_detector import SilenceDetector
from largesc.control.speech_measure import SpeechMeasure

from ..corpus.prepared import F0_HOP, PreparedCorpus
from ..token_model.token_streams import PAUSE, SAMPLE_RATE, Stream, plan_streams

FRAME = 1920  # samples, 80 ms
CLASSES = 4, 3, 3  # of level, voicing, change: quantiles of the first and last, thirds of the other
BEFORE = 12  # frames of a stretch that are never measured: what comes has no past there


class FrameFacts(NamedTuple):
    """Of the frames of a stretch, ``[frames]`` each.

    Attributes:
        level: dBFS. flux: dB, how much louder bands have become (``SpeechMeasure``).
        voiced: share of its time.
        silent: the sender would say so.
    """

    level: np.ndarray
    flux: np.ndarray
    voiced: np.ndarray
    silent: np.ndarray


class Stretch(NamedTuple):
    """reader: whose; pcm float32 ``[frames * 1920]``; facts of its frames."""

    reader: str
    pcm: np.ndarray
    facts: FrameFacts


def choose_streams(corpus: PreparedCorpus, count: int, frames: int, seed: int) -> list[Stream]:
    """Streams of at least half of so many frames, of as many training readers as can be: one of
    each, then a second of each."""
    turns: dict[str, int] = {}
    order: list[tuple[int, float, Stream]] = []
    rng = np.random.default_rng([seed, 1])
    for stream in plan_streams(corpus, 1, seed):
        if stream.use == "training" and sum(r.samples for r in stream.rows) >= frames * FRAME / 2:
            turn = turns[stream.reader] = turns.get(stream.reader, 0) + 1
            order.append((turn, rng.random(), stream))
    return [stream for *_, stream in sorted(order, key=lambda item: item[:2])[:count]]


def stretch_of(
    stream: Stream, corpus: PreparedCorpus, frames: int, threshold: float, delay: int, seed: int
) -> Stretch:
    """Its first frames; recordings joined with pauses.

    Args:
        stream: of one reader.
        corpus: it comes from.
        frames: at most.
        threshold: dBFS, below which a sender calls frames silent.
        delay: samples by which the encoder lags: what a frame's tokens say is so much older than
            the samples given with it, and so are the facts.
        seed: of the pauses.
    """
    rng, pieces, pitch = np.random.default_rng([seed, 2]), [], []
    for row in stream.rows:
        steps = int(rng.uniform(*PAUSE) * SAMPLE_RATE) // F0_HOP
        first = row.first // F0_HOP
        pieces += [corpus.pcm(row), np.zeros(steps * F0_HOP, np.float32)]
        pitch += [corpus.f0[first : first + row.samples // F0_HOP], np.zeros(steps, np.float32)]
    pcm, voiced = np.concatenate(pieces), np.concatenate(pitch) > 0
    whole = min(frames, len(pcm) // FRAME)
    pcm = pcm[: whole * FRAME]
    return Stretch(stream.reader, pcm, facts_of(pcm, voiced, threshold, delay))


def draw_frames(
    stretches: list[FrameFacts], count: int, following: int, seed: int
) -> list[dict[int, float]]:
    """Frames of each stretch to measure, evenly over classes, with their weights.

    Returns:
        Per stretch ``{frame: weight}``; the weights have a mean of 1 over all.
    """
    rng = np.random.default_rng([seed, 3])
    places = [
        (number, frame)
        for number, facts in enumerate(stretches)
        for frame in range(BEFORE, len(facts.level) - following - 1)
        if not facts.silent[frame]
    ]
    kinds = _kinds(stretches, places)
    members = [rng.permutation(np.flatnonzero(kinds == kind)) for kind in np.unique(kinds)]
    quota = _even(np.array([len(own) for own in members]), min(count, len(places)))
    drawn: list[dict[int, float]] = [{} for _ in stretches]
    for own, taken in zip(members, quota, strict=True):
        for place in own[:taken]:
            number, frame = places[place]
            drawn[number][frame] = len(own) / taken * quota.sum() / len(places)
    return [dict(sorted(frames.items())) for frames in drawn]


def facts_of(pcm: np.ndarray, voiced: np.ndarray, threshold: float, delay: int) -> FrameFacts:
    """Of whole frames of speech.

    Args:
        pcm: float32 ``[frames * 1920]``.
        voiced: bool, whether it is, every F0_HOP samples.
        threshold, delay: see ``stretch_of``.
    """
    said = np.pad(pcm, (delay, 0))[: len(pcm)].reshape(-1, FRAME)
    measure, detector = SpeechMeasure(), SilenceDetector(threshold)
    measured = np.array([measure.push(frame) for frame in said], np.float32).reshape(-1, 2)
    silent = np.array([detector.push(frame) for frame in pcm.reshape(-1, FRAME)], bool)
    lag = delay // F0_HOP
    steps = np.pad(voiced.astype(np.float32), (lag, 0))[: len(pcm) // F0_HOP]
    share = steps.reshape(-1, FRAME // F0_HOP).mean(axis=1)
    return FrameFacts(measured[:, 0], measured[:, 1], share, silent)


def _kinds(stretches: list[FrameFacts], places: list[tuple[int, int]]) -> np.ndarray:
    """The class of each place."""
    kinds = np.zeros(len(places), int)
    for values, classes in zip(("level", "voiced", "flux"), CLASSES, strict=True):
        own = np.array([getattr(stretches[number], values)[frame] for number, frame in places])
        shares = np.arange(1, classes) / classes
        edges = shares if values == "voiced" else np.quantile(own, shares)
        kinds = kinds * classes + np.digitize(own, edges)
    return kinds


def _even(sizes: np.ndarray, count: int) -> np.ndarray:
    """How many to take of groups so that none has more than it must: int, ``count`` in all."""
    taken = np.zeros_like(sizes)
    while taken.sum() < count:
        open_ = np.flatnonzero(taken < sizes)
        share = max(1, (count - int(taken.sum())) // len(open_))
        for group in open_:
            left = count - int(taken.sum())
            taken[group] += min(share, sizes[group] - taken[group], left)
    return taken
