# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of a codec training run, as a YAML file has them."""

import math
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ..settings_file import settings_of, values_of

WORKING_POINT = 4  # codebooks of thin links
HEAD = 64  # channels of an attention head
LINEAR_FRAMES = 8  # an excerpt's first and last frames are not typical


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Augmentation(_Settings):
    """Probabilities, per excerpt, of what multiplies readers, microphones and places."""

    speed: float = Field(0.6, ge=0, le=1)  # pitch, formants and tempo together
    deep: float = Field(0.15, ge=0, le=1)  # of low voices: slowed down to 60 to 90 Hz
    equaliser: float = Field(0.5, ge=0, le=1)
    band: float = Field(0.12, ge=0, le=1)  # what a file of a lower rate leaves
    low_cut: float = Field(0.1, ge=0, le=1)
    quiet: float = Field(0.12, ge=0, le=1)  # 13 to 26 dB too quiet
    room: float = Field(0.2, ge=0, le=1)
    noise: float = Field(0.55, ge=0, le=1)
    moving_noise: float = Field(0.5, ge=0, le=1)  # of excerpts with noise: its level moves
    ssb: float = Field(0.12, ge=0, le=1)  # a radio's microphone: 300 to 2700 Hz, with hiss
    clipped: float = Field(0.08, ge=0, le=1)


class LossWeights(_Settings):
    """Weights of the parts of the loss; 0 leaves a part out.

    Attributes:
        mel, heard: distance of mel spectra, all places alike or by what they are worth for words.
        layers, posteriors: how differently a recogniser of phones hears decoded speech.
        pitch, voicing: of the contour.
        phone: phones read from the latent; 0: they are neither sought nor learnt.
        commitment, spread: of the latent to its codebooks.
    """

    mel: float = Field(15.0, ge=0)
    heard: float = Field(0.0, ge=0)
    layers: float = Field(0.0, ge=0)
    posteriors: float = Field(0.0, ge=0)
    pitch: float = Field(4.0, gt=0)
    voicing: float = Field(2.0, gt=0)
    phone: float = Field(1.5, ge=0)
    commitment: float = Field(1.0, gt=0)
    spread: float = Field(2.0, gt=0)

    @property
    def need_recogniser(self) -> bool:
        return self.layers > 0 or self.posteriors > 0


class CodecSettings(_Settings):
    """A run of the codec; docs/training.md says what was compared.

    Attributes:
        batch_size, frames: excerpts per step and their length in frames of 80 ms.
        learning_rate: of the phase without codebooks.
        joint_rate: of the phase with them.
        latent_noise: range of the standard deviation of the noise that stands in for the
            quantiser, relative to the latent's own, drawn per excerpt.
        bottleneck: dimensions of the latent.
        dimension: channels of encoder and decoder, a multiple of 64.
        layers: of each of the two transformers.
        lookahead_samples: what the encoder hears ahead of the frame it codes, 24 kHz samples.
        linear_path: whether encoder and decoder have a linear path beside their networks; a codec
            that begins with one begins with principal components (linear_start.py).
        one_spread: whether the latent's numbers share one spread, so that those that are heard
            less may be smaller; otherwise each has its own.
        search_width: paths that the encoder keeps while it chooses tokens; 1 is the greedy choice.
        working_points: share of excerpts that are coded with so many codebooks; the others with
            any number.
        unquantised: share of excerpts of the joint phase that go past the codebooks, with noise:
            the encoder keeps a gradient that is not straight-through.
        codebook_memory: frames that a codebook's vector remembers, of those that choose it. With
            few, vectors keep wandering about their place; with many, they follow late.
        kmeans_vectors: latents to which codebooks are fitted where there are none.
        average: of the weights, from step to step; what is used is the average.
        source_weights: by source, how often it is drawn, relative to its length; others have 1.
    """

    batch_size: int = Field(8, ge=1)
    frames: int = Field(24, ge=4)
    learning_rate: float = Field(8e-4, gt=0)
    joint_rate: float = Field(5e-4, gt=0)
    latent_noise: tuple[float, float] = (0.02, 0.22)
    bottleneck: int = Field(64, ge=4)
    dimension: int = Field(256, ge=HEAD, multiple_of=HEAD)
    layers: int = Field(2, ge=1)
    lookahead_samples: int = Field(960, ge=0, le=24000, multiple_of=240)
    linear_path: bool = False
    one_spread: bool = False
    search_width: int = Field(8, ge=1)
    working_points: dict[int, float] = {WORKING_POINT: 0.4, 8: 0.3}
    unquantised: float = Field(0.1, ge=0, le=1)
    codebook_memory: float = Field(30.0, ge=1)
    kmeans_vectors: int = Field(200_000, ge=2048)
    average: float = Field(0.999, ge=0, lt=1)
    source_weights: dict[str, float] = {}
    augmentation: Augmentation = Augmentation()
    weights: LossWeights = LossWeights()

    @model_validator(mode="after")
    def _fits_together(self) -> "CodecSettings":
        shares, codebooks = self.working_points.values(), self.working_points.keys()
        if not all(1 <= count <= 8 for count in codebooks):
            raise ValueError(f"working_points are of 1 to 8 codebooks, not {sorted(codebooks)}")
        if min(shares, default=0.0) < 0.0 or not sum(shares) <= 1.0 + 1e-9:
            raise ValueError("shares of working_points must be 0 or more, and 1 together at most")
        least, most = self.latent_noise
        if not 0.0 <= least <= most < math.inf:
            raise ValueError("latent_noise must be a range from 0 on")
        if self.bottleneck >= self.dimension:  # moshi's quantiser has no projections then
            raise ValueError(
                f"bottleneck ({self.bottleneck}) must be below dimension ({self.dimension})"
            )
        if self.weights.need_recogniser and not self.weights.phone:
            raise ValueError("weights of layers or posteriors need phones: a weight of phone")
        if self.linear_path and self.frames < LINEAR_FRAMES:
            raise ValueError(
                f"linear_path needs frames of {LINEAR_FRAMES} or more, not {self.frames}"
            )
        return self

    def model_config_dict(self, embedded: dict[str, Any]) -> dict[str, Any]:
        """The codec's configuration: the embedded one with this run's shape and search."""
        d, ends = self.dimension, {"input_dimension": self.dimension}
        linear = {"linear_path": True} if self.linear_path else {}
        encoder = {"dimension": d, "lookahead_samples": self.lookahead_samples, **linear}
        transformer = {
            "output_dimensions": [d],
            "d_model": d,
            "num_heads": d // HEAD,
            "num_layers": self.layers,
            "dim_feedforward": 3 * d,
        }
        return {
            **embedded,
            "spectral_encoder": {**embedded["spectral_encoder"], **encoder},
            "source_filter_decoder": {
                **embedded["source_filter_decoder"],
                "dimension": d,
                **linear,
            },
            "transformer": {**embedded["transformer"], **ends, **transformer},
            "quantizer": {
                **embedded["quantizer"],
                **ends,
                "dimension": self.bottleneck,
                "output_dimension": d,
            },
            "token_search": {"width": self.search_width, "working_points": [WORKING_POINT]},
        }

    def source_weight(self, group: str) -> float:
        """Of a recording's group: that of the longest source name that it begins with."""
        fitting = [name for name in self.source_weights if group.startswith(name)]
        return self.source_weights[max(fitting, key=len)] if fitting else 1.0


SECTIONS = "token_model", "controller"  # of the same file, read elsewhere


def read_settings(path: Path | None) -> CodecSettings:
    """Settings of a YAML file but for its sections; the defaults without one.

    Raises:
        ValueError: no YAML, unknown key or value out of range; names it.
        OSError: the file cannot be read.
    """
    given = {key: value for key, value in values_of(path).items() if key not in SECTIONS}
    return settings_of(CodecSettings, given, path)
