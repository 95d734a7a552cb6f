# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random excerpts of the training corpus, with measured pitch and simple augmentation."""

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soxr
import torch

F0_HOP = 120  # samples, 5 ms
FILL_F0 = 150.0  # Hz, where an excerpt has no voiced frame


class Batch(NamedTuple):
    """pcm ``[B, N]``; F0 (Hz, also through unvoiced parts) and voicing (0 or 1) ``[B, N/120]``.

    F0 value q belongs to sample 120 (q + 1), as the synthesis reads it.
    """

    pcm: torch.Tensor
    f0: torch.Tensor
    voiced: torch.Tensor


class SpeechBatches:
    """Draws excerpts in proportion to file length.

    Every excerpt gets a level of -36..-12 dBFS, what careful and careless operators send; six in
    ten are resampled by 0.84..1.2, which moves pitch and formants together: more readers than
    were recorded.
    """

    def __init__(self, corpus: Path, batch_size: int, samples: int, seed: int):
        self.audio = np.load(corpus / "audio.npy", mmap_mode="r")
        self.f0 = np.load(corpus / "f0.npy", mmap_mode="r")
        self.rows = json.loads((corpus / "index.json").read_text())
        lengths = np.array([row[3] for row in self.rows], dtype=np.float64)
        self.weights = lengths / lengths.sum()
        self.batch_size, self.samples = batch_size, samples
        self.rng = np.random.default_rng(seed)

    def draw(self) -> Batch:
        excerpts = [self._excerpt() for _ in range(self.batch_size)]
        pcm, f0, voiced = (np.stack(part) for part in zip(*excerpts, strict=True))
        return Batch(torch.from_numpy(pcm), torch.from_numpy(f0), torch.from_numpy(voiced))

    def _excerpt(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        ratio = self.rng.uniform(0.84, 1.2) if self.rng.random() < 0.6 else 1.0
        _, _, first, size, first_f0 = self.rows[self.rng.choice(len(self.rows), p=self.weights)]
        steps_wanted = int(np.ceil(self.samples * ratio / F0_HOP)) + 1
        steps = size // F0_HOP
        start = int(self.rng.integers(0, max(1, steps - steps_wanted // 2)))
        stop = min(start + steps_wanted, steps)
        pcm = self.audio[first + start * F0_HOP : first + stop * F0_HOP].astype(np.float32)
        f0 = np.array(self.f0[first_f0 + start : first_f0 + stop])
        if ratio != 1.0:
            pcm = soxr.resample(pcm, ratio, 1.0)
            at = np.arange(len(pcm) // F0_HOP) * ratio
            f0 = f0[np.minimum(np.rint(at).astype(int), len(f0) - 1)] * ratio
        # The corpus is levelled to -24 dBFS; no excerpt is made to clip.
        gain = 10.0 ** (self.rng.uniform(-12.0, 12.0) / 20.0) / 32768.0
        gain = min(gain, 0.99 / max(1.0, float(np.abs(pcm).max(initial=0.0))))
        pcm = _fit(pcm * gain, self.samples)
        return pcm, *_contour(_fit(f0[1:], self.samples // F0_HOP))


def _fit(x: np.ndarray, length: int) -> np.ndarray:
    return np.pad(x[:length], (0, max(0, length - len(x)))).astype(np.float32)


def _contour(f0: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Fills unvoiced stretches of F0 by lines between their neighbours."""
    at = np.flatnonzero(f0 > 0)
    filled = np.interp(np.arange(len(f0)), at, f0[at]) if len(at) else np.full(len(f0), FILL_F0)
    return filled.astype(np.float32), (f0 > 0).astype(np.float32)
