# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures on held-out readers while training runs: words, quality, spectral distance.

What judges is what ``largesc evaluate`` judges with, on other readers: a synthetic voice whose
texts are known (words) and a human one (quality). Where its libraries are not installed, the
spectral distance is left.
"""

from pathlib import Path

import numpy as np
import torch
from largesc.corpus.utterance import Utterance
from largesc.evaluation.metrics.interface import MetricUnavailable
from largesc.evaluation.metrics.plcmos import Plcmos
from largesc.evaluation.metrics.word_errors import WordErrors

from ..corpus.prepared import SAMPLE_RATE, PreparedCorpus
from .augmentation import add_noise, noise_like
from .learning_codec import LearningCodec

FRAME = 1920
NOISE = 10.0  # dB
ERRORS = ("substitutions", "insertions", "deletions")


class Validation:
    """Held-out utterances and their judges.

    Args:
        corpus: prepared; its rows of use ``validation``.
        spoken: utterances with a text.
        textless: utterances without.
    """

    def __init__(self, corpus: Path, spoken: int = 40, textless: int = 20):
        self._corpus = PreparedCorpus(corpus)
        rows = [r for r in self._corpus.of("validation") if r.samples < 12 * SAMPLE_RATE]
        self._spoken = [row for row in rows if row.text][:spoken]
        longest = sorted((r for r in rows if not r.text), key=lambda r: -r.samples)
        self._textless = longest[:textless]
        self._words, self._quality = _judges()

    def figures(self, model: LearningCodec, codebooks: list[int | None]) -> dict[str, float]:
        """Figures by name; ``None`` codebooks means unquantised."""
        found: dict[str, float] = {}
        for count in codebooks:
            name = "unquantised" if count is None else str(count)
            if self._words and self._spoken:
                found[f"WER % {name}"] = self._word_errors(model, count, noisy=False)
                found[f"WER % {name}, noise"] = self._word_errors(model, count, noisy=True)
            found |= self._quality_figures(model, count, name)
        return found

    def _coded(self, model: LearningCodec, pcm: np.ndarray, count: int | None) -> np.ndarray:
        """Speech through the codec, offline, in time with ``pcm``."""
        device = model.codebooks.device
        lag = model.mimi.decoder.delay
        padded = np.pad(pcm, (0, -len(pcm) % FRAME + FRAME)).astype(np.float32)
        z = model.latent(torch.from_numpy(padded)[None].to(device))
        if count is not None:
            z = model.quantised(z, torch.tensor([count], device=device))
        return model.speech(z)[0, lag : lag + len(pcm)].cpu().numpy()

    def _word_errors(self, model: LearningCodec, count: int | None, noisy: bool) -> float:
        errors = words = 0
        for number, row in enumerate(self._spoken):
            pcm = self._corpus.pcm(row)
            if noisy:
                rng = np.random.default_rng(number)
                noise = noise_like(len(pcm), [self._corpus.pcm(r) for r in self._textless], rng)
                pcm = add_noise(pcm, noise, NOISE)
            coded = self._coded(model, np.clip(pcm, -1.0, 1.0), count)
            said = Utterance(row.name, "", row.group, "en", row.text, pcm)
            counted = self._words.score(said, coded, coded)
            words += counted.get("words", 0)
            errors += sum(counted.get(k, 0) for k in ERRORS)
        return 100.0 * errors / max(1, words)

    def _quality_figures(
        self, model: LearningCodec, count: int | None, name: str
    ) -> dict[str, float]:
        scores, distances = [], []
        for row in [*self._textless, *self._spoken[:10]]:
            pcm = self._corpus.pcm(row)
            coded = self._coded(model, pcm, count)
            pair = (torch.from_numpy(x)[None].to(model.codebooks.device) for x in (coded, pcm))
            distances.append(float(model.distance(*pair)))
            if self._quality and not row.text:
                said = Utterance(row.name, "", row.group, "", "", pcm)
                scores.append(self._quality.score(said, coded, coded)["plcmos"])
        found = {f"mel {name}": float(np.mean(distances))}
        return {**found, f"PLCMOS {name}": float(np.mean(scores))} if scores else found


def _judges() -> tuple[WordErrors | None, Plcmos | None]:
    """The evaluation's word errors and quality; None where a library or model is missing."""
    try:
        return WordErrors(), Plcmos()
    except MetricUnavailable as error:
        print(f"validation by spectral distance alone: {error}", flush=True)
        return None, None
