# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random excerpts of the training corpus, augmented, with measured pitch."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import soxr
import torch
from torch.utils.data import DataLoader, Dataset

from ..corpus.prepared import F0_HOP, PreparedCorpus, Row
from .augmentation import (
    add_noise,
    equalise,
    limit_band,
    noise_like,
    reverberate,
    shift_formants,
)
from .settings import Augmentation, CodecSettings

FILL_F0 = 150.0  # Hz, where an excerpt has no voiced frame
FULL = 0.99


class Batch(NamedTuple):
    """given: what the encoder gets, wanted: what the decoder should say, ``[B, N]`` both; F0 (Hz,
    also through unvoiced parts) and voicing (0 or 1) of it ``[B, N/120]``.

    F0 value q belongs to sample 120 (q + 1), as the synthesis reads it.
    """

    given: torch.Tensor
    wanted: torch.Tensor
    f0: torch.Tensor
    voiced: torch.Tensor

    def to(self, device: torch.device) -> "Batch":
        """The same on another device."""
        return Batch(*(part.to(device, non_blocking=True) for part in self))


class SpeechBatches(Dataset):
    """Batch number n, always the same for a seed: a run that was stopped goes on as if not.

    Excerpts are drawn in proportion to file length and get a level of -36..-12 dBFS, what careful
    and careless operators send.

    Args:
        corpus: prepared.
        settings: of the run.
        seed: of everything drawn.
        disturbed: whether rooms and noise are between ``wanted`` and ``given``; else both are
            the same.
    """

    def __init__(self, corpus: Path, settings: CodecSettings, seed: int, disturbed: bool = True):
        self.corpus = PreparedCorpus(corpus)
        self.rows = self.corpus.of("training")
        ends = np.cumsum([row.samples for row in self.rows], dtype=np.float64)
        self.ends = ends / ends[-1]
        self.batch_size, self.samples = settings.batch_size, settings.frames * 1920
        self.chance: Augmentation = settings.augmentation
        self.seed, self.disturbed = seed, disturbed

    def __len__(self) -> int:
        return 2**40

    def __getitem__(self, number: int) -> Batch:
        rng = np.random.default_rng([self.seed, number])
        excerpts = [self._excerpt(rng) for _ in range(self.batch_size)]
        return Batch(*(torch.from_numpy(np.stack(part)) for part in zip(*excerpts, strict=True)))

    def _row(self, rng: np.random.Generator) -> Row:
        return self.rows[int(np.searchsorted(self.ends, rng.random(), side="right"))]

    def _excerpt(self, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
        pcm, f0 = self._speech(rng)
        if rng.random() < self.chance.formants:
            pcm = shift_formants(pcm, rng.uniform(0.88, 1.14))
        if rng.random() < self.chance.equaliser:
            pcm = equalise(pcm, rng)
        if rng.random() < self.chance.band:
            pcm = limit_band(pcm, rng)
        pcm = _at_level(pcm, rng)
        given = _disturbed(self, pcm, rng) if self.disturbed else pcm
        return given, pcm, *_contour(f0)

    def _speech(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Samples and F0 of a random place, its speed changed at times."""
        ratio = rng.uniform(0.82, 1.22) if rng.random() < self.chance.speed else 1.0
        row = self._row(rng)
        wanted = int(np.ceil(self.samples * ratio / F0_HOP)) + 1
        steps = row.samples // F0_HOP
        start = int(rng.integers(0, max(1, steps - wanted // 2)))
        stop = min(start + wanted, steps)
        first = row.first + start * F0_HOP
        pcm = self.corpus.audio[first : row.first + stop * F0_HOP].astype(np.float32) / 32768.0
        f0 = np.array(self.corpus.f0[row.first // F0_HOP + start : row.first // F0_HOP + stop])
        if ratio != 1.0:
            pcm = soxr.resample(pcm, ratio, 1.0)
            at = np.arange(len(pcm) // F0_HOP) * ratio
            f0 = f0[np.minimum(np.rint(at).astype(int), len(f0) - 1)] * ratio
        return _fit(pcm, self.samples), _fit(f0[1:], self.samples // F0_HOP)


def _disturbed(batches: SpeechBatches, pcm: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """What a microphone in a room with noise makes of the speech."""
    given = pcm
    if rng.random() < batches.chance.room:
        given = reverberate(given, rng)
    if rng.random() < batches.chance.noise:
        others = [batches._speech(rng)[0] for _ in range(3)]
        noise = noise_like(len(pcm), others, rng)
        given = add_noise(given, noise, rng.uniform(5.0, 30.0))
    return np.clip(given, -1.0, 1.0).astype(np.float32)


def _at_level(pcm: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The corpus is levelled to -24 dBFS; no excerpt is made to clip."""
    gain = 10.0 ** (rng.uniform(-12.0, 12.0) / 20.0)
    return pcm * np.float32(min(gain, FULL / max(1e-5, float(np.abs(pcm).max(initial=0.0)))))


def _fit(x: np.ndarray, length: int) -> np.ndarray:
    return np.pad(x[:length], (0, max(0, length - len(x)))).astype(np.float32)


def _contour(f0: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Fills unvoiced stretches of F0 by lines between their neighbours."""
    at = np.flatnonzero(f0 > 0)
    filled = np.interp(np.arange(len(f0)), at, f0[at]) if len(at) else np.full(len(f0), FILL_F0)
    return filled.astype(np.float32), (f0 > 0).astype(np.float32)


def batches_from(dataset: SpeechBatches, first: int, workers: int) -> DataLoader:
    """Batches ``first``, ``first + 1``, ..., made ahead by ``workers`` processes."""
    numbers = range(first, len(dataset))
    return DataLoader(dataset, batch_size=None, sampler=numbers, num_workers=workers)
