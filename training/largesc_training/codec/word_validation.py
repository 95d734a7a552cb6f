# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Word errors of development readers while the codec trains, by the evaluation's own judge."""

from pathlib import Path

import numpy as np
import torch
from largesc.corpus.utterance import Utterance
from largesc.evaluation.metrics.word_errors import WordErrors

from ..corpus.prepared import SAMPLE_RATE, PreparedCorpus, Row
from .excerpts import FRAME
from .learning_codec import LearningCodec
from .noisy_speech import CONDITIONS, as_heard

LONGEST = 12 * SAMPLE_RATE  # samples
ERRORS = ("substitutions", "insertions", "deletions")


class WordValidation:
    """Whole recordings with known texts: the longest of every reader.

    Args:
        corpus: prepared; its rows of use ``validation``.
        lookahead: of the encoder, samples.
        device: of the model.
        each: recordings of a reader.

    Raises:
        MetricUnavailable: a library or model of the judge is missing; the message says which.
    """

    def __init__(self, corpus: Path, lookahead: int, device: torch.device, each: int = 2):
        self._judge = WordErrors()
        self._corpus, self._lookahead, self._device = PreparedCorpus(corpus), lookahead, device
        rows = [r for r in self._corpus.of("validation") if r.text and r.samples <= LONGEST]
        readers = sorted({row.group for row in rows})
        self._rows = [row for reader in readers for row in _of_reader(rows, reader)[:each]]

    def figures(self, model: LearningCodec) -> dict[str, float]:
        """Substitutions, deletions and insertions in percent of the words."""
        return {
            f"words wrong %, {named(count)} {condition}": self._wrong(model, count, condition)
            for condition in CONDITIONS
            for count in model.counts()
            if self._rows
        }

    def _wrong(self, model: LearningCodec, count: int | None, condition: str) -> float:
        errors = words = 0
        for row in self._rows:
            pcm = self._corpus.pcm(row)
            coded = self._coded(model, as_heard(pcm, row.name, condition), count)
            said = Utterance(row.name, "", row.group, "en", row.text, pcm)
            counted = self._judge.score(said, coded, coded)
            words += counted.get("words", 0)
            errors += sum(counted.get(key, 0) for key in ERRORS)
        return 100.0 * errors / max(1, words)

    def _coded(self, model: LearningCodec, pcm: np.ndarray, count: int | None) -> np.ndarray:
        """Speech through the codec, offline, in time with ``pcm``."""
        lag = model.mimi.decoder.delay + self._lookahead
        padded = np.pad(pcm, (0, -len(pcm) % FRAME + FRAME * (1 + lag // FRAME)))
        z = model.latent(torch.from_numpy(padded)[None].to(self._device))
        speech = model.speech(model.quantised(z, count))
        return speech[0, lag : lag + len(pcm)].cpu().numpy()


def named(count: int | None) -> str:
    """A number of codebooks in the name of a figure."""
    return "unquantised" if count is None else str(count)


def _of_reader(rows: list[Row], reader: str) -> list[Row]:
    own = [row for row in rows if row.group == reader]
    return sorted(own, key=lambda row: (-row.samples, row.name))
