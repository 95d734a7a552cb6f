# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The phases of the codec's training, as tasks of the training loop.

(1) Without codebooks, where there are none: noise on the latent, in proportion to its spread,
stands in for them and keeps the encoder from relying on what they cannot carry. k-means then fits
them. (2) Encoder, codebooks and decoder together, by any number of codebooks, mostly those of the
working points.
"""

from collections.abc import Iterator
from itertools import repeat
from typing import Any

import torch

from .excerpts import Excerpts
from .learning_codec import LearningCodec
from .losses import SpeechLoss
from .phone_head import phone_loss
from .phone_recogniser import PhoneRecogniser
from .residual_kmeans import fit_codebooks
from .settings import WORKING_POINT, CodecSettings
from .validation import Validation

SLOW = {"encoder.linear.": 0.03, "decoder.network.linear.": 0.3}  # part of the learning rate
SETTLING = 3  # frames of an excerpt that have too little past to be typical


class CodecTask:
    """What the phases share: all weights learn, from excerpts that the device draws.

    Attributes:
        moving: names of buffers that move as weights do.
    """

    moving = ("codebooks.vectors",)

    def __init__(
        self,
        model: LearningCodec,
        excerpts: Excerpts,
        settings: CodecSettings,
        validation: Validation | None = None,
        recogniser: PhoneRecogniser | None = None,
    ):
        self.model, self.settings = model.train(), settings
        self.weights = settings.weights.model_dump()
        self._excerpts, self._validation = excerpts, validation
        self._loss = SpeechLoss(settings.weights, model.codebooks.vectors.device, recogniser)

    def parameter_groups(self) -> list[dict[str, Any]]:
        """Linear paths learn slowly: their weights are small, and many are added up."""
        groups: dict[float, list[torch.nn.Parameter]] = {}
        for name, parameter in self.model.named_parameters():
            rate = next((r for part, r in SLOW.items() if part in name), 1.0)
            groups.setdefault(rate, []).append(parameter)
        return [{"params": p, "rate": rate, "weight_decay": 1e-2} for rate, p in groups.items()]

    def batches(self, first: int) -> Iterator[None]:
        """Nothing, for ever: what is drawn in a step is drawn on the device."""
        return repeat(None)

    def validate(self) -> dict[str, float]:
        return self._validation.figures(self.model) if self._validation else {}

    def _spread(self, z: torch.Tensor) -> torch.Tensor:
        """Standard deviation of each number of ``[B, D, T]``, or the one of all: ``[D]``."""
        return spread_of(z.transpose(1, 2).flatten(0, 1), self.settings.one_spread)


class ContinuousTask(CodecTask):
    """Phase 1."""

    def losses(self, batch: None) -> dict[str, torch.Tensor]:
        excerpt = self._excerpts.draw()
        z = self.model.latent(excerpt.heard)
        spread = self._spread(z)[None, :, None]
        level = torch.empty(len(z), 1, 1, device=z.device).uniform_(*self.settings.latent_noise)
        noisy = z + level * spread * torch.randn_like(z)
        parts = self._loss(*self.model.said(noisy, excerpt), excerpt)
        return parts | {"phone": phone_loss(self.model.head(noisy), excerpt.phones)}


class JointTask(CodecTask):
    """Phase 2.

    The decoder's gradient goes straight through the codebooks to the encoder; commitment keeps the
    latent near what working points can say, and its spread stays one, so that their errors mean
    the same in every dimension.
    """

    def __init__(
        self,
        model: LearningCodec,
        excerpts: Excerpts,
        settings: CodecSettings,
        validation: Validation | None = None,
        recogniser: PhoneRecogniser | None = None,
    ):
        super().__init__(model, excerpts, settings, validation, recogniser)
        self._fixed = _fixed_counts(settings).to(model.codebooks.vectors.device)

    def losses(self, batch: None) -> dict[str, torch.Tensor]:
        excerpt = self._excerpts.draw()
        z = self.model.latent(excerpt.heard)
        prefixes, tokens, asked = self.model.prefixes(z)
        thin, whole = prefixes[WORKING_POINT - 1], prefixes[-1]
        parts = self._loss(*self.model.said(self._quantised(z, prefixes), excerpt), excerpt)
        parts["phone"] = phone_loss(self.model.head(z + (thin - z).detach()), excerpt.phones)
        parts["commitment"] = (z - thin).square().mean() + 0.5 * (z - whole).square().mean()
        off = (self._spread(z) - 1.0).square() + 0.5 * z.mean(dim=(0, 2)).square()
        parts["spread"] = off.mean()
        self.model.codebooks.follow(tokens, asked)
        return parts

    def _quantised(self, z: torch.Tensor, prefixes: torch.Tensor) -> torch.Tensor:
        """``z`` as codebooks have it, or now and then with noise alone; straight through."""
        count, device = len(z), z.device
        any_number = torch.randint(0, len(prefixes), (count,), device=device)
        use = torch.where(self._fixed >= 0, self._fixed, any_number)
        with torch.no_grad():
            change = prefixes[use, torch.arange(count, device=device)] - z
            past = torch.rand(count, 1, 1, device=device) < self.settings.unquantised
            change = torch.where(past, 0.1 * torch.randn_like(z), change)
        return z + change


def spread_of(latents: torch.Tensor, one: bool) -> torch.Tensor:
    """Standard deviation of each number of latents ``[N, D]``, or the root mean square of all of
    them in every place: ``[D]``."""
    spread = latents.std(dim=0)
    return spread.square().mean().sqrt().expand_as(spread) if one else spread


def _fixed_counts(settings: CodecSettings) -> torch.Tensor:
    """Index of the prefix of each excerpt of a batch, -1 where any will do, int64 ``[B]``."""
    counts = torch.full((settings.batch_size,), -1)
    first = 0.0
    for codebooks, share in settings.working_points.items():
        last = first + share * settings.batch_size
        counts[round(first) : round(last)] = codebooks - 1
        first = last
    return counts


@torch.no_grad()
def fit_quantiser(model: LearningCodec, excerpts: Excerpts, settings: CodecSettings) -> None:
    """k-means over latents of the corpus, brought to the spread of the settings.

    That is the metric in which the noise of the first phase was the same in all dimensions.
    """
    model.eval()
    per_batch = settings.batch_size * (settings.frames - SETTLING)
    latents = []
    for _ in range(-(-settings.kmeans_vectors // per_batch)):
        z = model.latent(excerpts.draw().heard)
        latents.append(z[..., SETTLING:].transpose(1, 2).flatten(0, 1))
    found = torch.cat(latents)
    spread = spread_of(found, settings.one_spread)
    model.scale_latent(spread)
    count, size, _ = model.codebooks.vectors.shape
    books = fit_codebooks(found / spread, num_codebooks=count, size=size)
    model.codebooks.begin(books, settings.batch_size * settings.frames)
    model.train()
