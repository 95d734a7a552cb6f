# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The three phases of the codec's training, as tasks of the training loop.

(1) Without quantiser; noise on the latent, in proportion to its spread, stands in for it and
keeps the encoder from relying on what codebooks cannot carry. (2) With 1 to 8 of the codebooks
that k-means gave, so that any prefix decodes well. (3) The encoder alone, in rooms and noise: it
learns to say of disturbed speech what it said of the clean speech. Codebooks and decoder stay, so
the 11 bits of a token are never spent on noise and clean speech sounds as it did.
"""

import copy
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch

from .learning_codec import LearningCodec, first_of
from .settings import WORKING_POINT, CodecSettings
from .speech_batches import Batch, SpeechBatches, batches_from
from .validation import Validation


class CodecTask:
    """What the phases share."""

    disturbed = False  # whether the encoder is given rooms and noise

    def __init__(
        self,
        model: LearningCodec,
        corpus: Path,
        settings: CodecSettings,
        seed: int,
        workers: int = 0,
        validation: Validation | None = None,
    ):
        self.model, self.settings = model.train(), settings
        self.weights = settings.weights.model_dump()
        self._data = SpeechBatches(corpus, settings, seed, self.disturbed)
        self._workers = workers
        self._validation = validation

    def batches(self, first: int) -> Iterable[Batch]:
        device = self.model.codebooks.device
        for batch in batches_from(self._data, first, self._workers):
            yield batch.to(device)


class ContinuousTask(CodecTask):
    """Phase 1."""

    def parameter_groups(self) -> list[dict[str, Any]]:
        return [{"params": list(self.model.mimi.parameters())}]

    def losses(self, batch: Batch) -> dict[str, torch.Tensor]:
        z = self.model.latent(batch.given)
        spread = z.std(dim=(0, 2), keepdim=True)
        level = torch.empty(z.shape[0], 1, 1, device=z.device).uniform_(*self.settings.latent_noise)
        return self.model.distances(z + level * spread * torch.randn_like(z), batch)

    def validate(self) -> dict[str, float]:
        return self._validation.figures(self.model, [None]) if self._validation else {}


class QuantisedTask(CodecTask):
    """Phase 2: decoder and codebooks, and the encoder at a lower rate if the settings say so."""

    def parameter_groups(self) -> list[dict[str, Any]]:
        front = [p for part in self.model.front() for p in part.parameters()]
        front_ids = {id(parameter) for parameter in front}
        back = [p for p in self.model.parameters() if id(p) not in front_ids]
        groups = [{"params": back}]
        if self.settings.encoder == "tuned":
            groups.append({"params": front, "scale": self.settings.encoder_rate})
        return groups

    def losses(self, batch: Batch) -> dict[str, torch.Tensor]:
        tuned = self.settings.encoder == "tuned"
        with torch.set_grad_enabled(tuned):
            z = self.model.latent(batch.given)
        in_use = torch.randint(1, 9, (z.shape[0],), device=z.device)
        in_use[: z.shape[0] // 2] = WORKING_POINT
        vectors = self.model.chosen(z)
        q = first_of(vectors, in_use)
        parts = {"codebook": ((z.detach() - q) ** 2).mean()}
        if tuned:
            # To what the working point can say: fewer codebooks would pull at what is theirs to
            # leave to later ones, all of them would hardly pull.
            near = vectors[:WORKING_POINT].sum(dim=0).detach()
            parts["commitment"] = ((z - near) ** 2).mean()
            q = q + z - z.detach()  # straight through: the decoder's gradient reaches both
        return {**self.model.distances(q, batch), **parts}

    def validate(self) -> dict[str, float]:
        return self._validation.figures(self.model, [4, 8]) if self._validation else {}


class EncoderTask(CodecTask):
    """Phase 3: the encoder of phase 2 teaches itself to disregard disturbances.

    Its latents of the clean speech are the target for those of the disturbed speech, in the
    metric of the codebooks (unit spread in every dimension). Excerpts are half as many and twice
    as long as the settings say: it takes longer to know a noise than to know a sound.
    """

    disturbed = True

    def __init__(
        self,
        model: LearningCodec,
        corpus: Path,
        settings: CodecSettings,
        seed: int,
        workers: int = 0,
        validation: Validation | None = None,
    ):
        size, frames = (settings.batch_size + 1) // 2, 2 * settings.frames
        longer = settings.model_copy(update={"batch_size": size, "frames": frames})
        super().__init__(model, corpus, longer, seed, workers, validation)
        self._teacher = copy.deepcopy(model).eval().requires_grad_(False)

    def parameter_groups(self) -> list[dict[str, Any]]:
        return [{"params": [p for part in self.model.front() for p in part.parameters()]}]

    def losses(self, batch: Batch) -> dict[str, torch.Tensor]:
        with torch.no_grad():
            wanted = self._teacher.latent(batch.wanted)
        return {"latent": ((self.model.latent(batch.given) - wanted) ** 2).mean()}

    def validate(self) -> dict[str, float]:
        return self._validation.figures(self.model, [4, 8]) if self._validation else {}


@torch.no_grad()
def fit_quantiser(model: LearningCodec, task: CodecTask, batches: int) -> None:
    """k-means over latents of the corpus, from batches that training does not reach."""
    model.eval()
    latents = []
    for number, batch in enumerate(task.batches(2**32)):
        if number == batches:
            break
        # The first two frames of an excerpt have too little past to be typical.
        latents.append(model.latent(batch.given)[..., 2:].transpose(1, 2).flatten(0, 1))
    model.fit(torch.cat(latents))
    model.train()
