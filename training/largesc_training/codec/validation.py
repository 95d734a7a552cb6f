# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures on development readers while training runs: spectra and phones, and words if asked.

Nothing of these readers trains. Excerpts, their noise and their order are always the same, so
that the figures of two runs can be compared.
"""

from pathlib import Path

import numpy as np
import torch

from ..corpus.phones import UNKNOWN
from ..corpus.prepared import F0_HOP, PreparedCorpus, Row
from .device_corpus import FILL_F0
from .excerpts import FRAME, PHONE_HOP, Excerpt
from .learning_codec import LearningCodec
from .losses import MelDistance
from .noisy_speech import CONDITIONS, as_heard
from .settings import CodecSettings
from .word_validation import WordValidation, named

EACH, ALL = 3, 48  # excerpts of a reader, of all readers
TOGETHER = 8  # excerpts computed at a time


class Validation:
    """Excerpts of the development readers.

    Args:
        corpus: prepared; its rows of use ``validation``.
        settings: length and look-ahead of the excerpts.
        device: of the model.
        phones: file of the corpus's phones; None where they are not known.
        words: counts word errors as well, if given.

    Attributes:
        excerpts: by condition, in batches.
    """

    def __init__(
        self,
        corpus: Path,
        settings: CodecSettings,
        device: torch.device,
        phones: Path | None = None,
        words: WordValidation | None = None,
    ):
        self._corpus, self._words, self._device = PreparedCorpus(corpus), words, device
        self._phones = np.load(phones, mmap_mode="r") if phones else None
        self._distance = MelDistance().to(device)
        self._wanted, self._ahead = FRAME * settings.frames, settings.lookahead_samples
        rows = _longest(self._corpus.of("validation"), self._wanted + self._ahead)
        self.excerpts = {name: self._batches(rows, name) for name in CONDITIONS}
        if not rows:
            print("no validation: no recording of a reader held out is long enough", flush=True)

    def figures(self, model: LearningCodec) -> dict[str, float]:
        """Figures by name; what stands behind a comma is codebooks and condition."""
        found: dict[str, float] = {}
        for condition, batches in self.excerpts.items():
            for count in model.counts() if batches else ():
                for key, value in self._of(model, batches, count).items():
                    found[f"{key}, {named(count)} {condition}"] = value
        if self._words:
            found |= self._words.figures(model)
        return dict(sorted(found.items()))

    def _of(
        self, model: LearningCodec, batches: list[Excerpt], count: int | None
    ) -> dict[str, float]:
        mel, known, right = 0.0, 0, 0
        for batch in batches:
            z = model.quantised(model.latent(batch.heard), count)
            _, said = model.said(z, batch)
            mel += float(self._distance(said, batch.wanted[:, : said.shape[1]])) * len(z)
            told = batch.phones != UNKNOWN
            right += int(((model.head(z).argmax(dim=1) == batch.phones) & told).sum())
            known += int(told.sum())
        found = {"mel": mel / sum(len(batch.heard) for batch in batches)}
        return {**found, "phones right %": 100.0 * right / known} if known else found

    def _batches(self, rows: list[Row], condition: str) -> list[Excerpt]:
        made = [self._excerpt(row, condition) for row in rows]
        parts = [made[first : first + TOGETHER] for first in range(0, len(made), TOGETHER)]
        return [self._together(part) for part in parts]

    def _together(self, part: list[tuple[np.ndarray, ...]]) -> Excerpt:
        stacked = (np.stack(arrays) for arrays in zip(*part, strict=True))
        return Excerpt(*(torch.from_numpy(array).to(self._device) for array in stacked))

    def _excerpt(self, row: Row, condition: str) -> tuple[np.ndarray, ...]:
        """The middle of a recording."""
        pcm = self._corpus.pcm(row)
        start = (len(pcm) - self._wanted - self._ahead) // 2 // PHONE_HOP * PHONE_HOP
        heard = as_heard(pcm, row.name, condition)
        first, steps = (row.first + start) // F0_HOP, self._wanted // F0_HOP
        f0 = np.array(self._corpus.f0[first + 1 : first + 1 + steps])
        at = np.flatnonzero(f0 > 0)
        filled = np.interp(np.arange(steps), at, f0[at]) if len(at) else np.full(steps, FILL_F0)
        phones = np.zeros(steps // 2, np.int64)
        if self._phones is not None:
            phones = self._phones[first + 1 : first + steps : 2].astype(np.int64)
        return (
            heard[start + self._ahead :][: self._wanted],
            pcm[start : start + self._wanted],
            filled.astype(np.float32),
            (f0 > 0).astype(np.float32),
            phones,
        )


def _longest(rows: list[Row], samples: int) -> list[Row]:
    """The longest recordings that have so many samples, as many of each reader as there is room."""
    own: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: (-row.samples, row.name)):
        if row.samples >= samples + 2 * F0_HOP:
            own.setdefault(row.group, []).append(row)
    each = min(EACH, max(1, ALL // max(1, len(own))))
    return [row for reader in sorted(own) for row in own[reader][:each]][:ALL]
