# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of a codec training run, as a YAML file has them."""

from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

WORKING_POINT = 4  # codebooks of thin links


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Augmentation(_Settings):
    """Probabilities, per excerpt, of what multiplies readers, microphones and places."""

    speed: float = 0.6  # pitch, formants and tempo together
    formants: float = 0.4  # formants alone
    equaliser: float = 0.5
    band: float = 0.15  # what a microphone or a file of lower rate leaves
    room: float = 0.2
    noise: float = 0.5


class LossWeights(_Settings):
    """Weights of the parts of the loss."""

    mel: float = 15.0
    pitch: float = 4.0
    voicing: float = 2.0
    codebook: float = 1.0
    commitment: float = 1.0
    latent: float = 1.0


class CodecSettings(_Settings):
    """A run of the codec; docs/training.md says what was compared.

    Attributes:
        batch_size, frames: excerpts per step and their length in frames of 80 ms.
        learning_rate: peak of the first phase; the phase with codebooks has half of it.
        latent_noise: range of the standard deviation of the noise that stands in for the
            quantiser, relative to the latent's own, drawn per excerpt.
        bottleneck: dimensions of the latent.
        search_width: paths that the encoder keeps while it chooses tokens; 1 is the greedy choice.
        kmeans_batches: batches whose latents the codebooks are fitted to; 0 keeps those of
            ``--start``.
        encoder: what the encoder does while the codebooks are tuned.
        encoder_rate: its learning rate then, relative to the others'.
        noise_phase: whether the encoder learns to disregard rooms and noise afterwards.
    """

    batch_size: int = Field(8, ge=1)
    frames: int = Field(20, ge=4)
    learning_rate: float = Field(8e-4, gt=0)
    latent_noise: tuple[float, float] = (0.05, 0.35)
    bottleneck: int = Field(32, ge=4)
    search_width: int = Field(8, ge=1)
    kmeans_batches: int = Field(1200, ge=0)
    encoder: Literal["frozen", "tuned"] = "frozen"
    encoder_rate: float = 0.1
    noise_phase: bool = False
    augmentation: Augmentation = Augmentation()
    weights: LossWeights = LossWeights()

    def model_config_dict(self, embedded: dict) -> dict:
        """The codec's configuration with this run's bottleneck and search."""
        quantizer = {**embedded["quantizer"], "dimension": self.bottleneck}
        search = {"width": self.search_width, "working_points": [WORKING_POINT]}
        return {**embedded, "quantizer": quantizer, "token_search": search}


def read_settings(path: Path | None) -> CodecSettings:
    """Settings of a YAML file but for its section ``token_model``; the defaults without one.

    Raises:
        ValueError: unknown key or value out of range (pydantic's message names it).
    """
    given = yaml.safe_load(path.read_text()) or {} if path else {}
    return CodecSettings.model_validate({k: v for k, v in given.items() if k != "token_model"})
