# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of a token model's training, the section ``token_model`` of a YAML file."""

import copy
from pathlib import Path
from typing import Any, Literal

from largesc.recovery.token_model.token_model_config import (
    EMBEDDED_TOKEN_MODEL,
    LOOK_AHEADS,
)
from pydantic import BaseModel, ConfigDict, Field, field_validator

from ..settings_file import settings_of, values_of

SECTION = "token_model"


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Shape(_Settings):
    """Sizes of a new model: keys of Kyutai's configuration, and ours (docs/recovery.md)."""

    dim: int = 256
    num_heads: int = 4
    num_layers: int = 6
    context: int = 100
    depformer_dim: int = 128
    depformer_dim_feedforward: int = 512
    depformer_num_heads: int = 4
    depformer_num_layers: int = 3
    table_rank: int = 32


class Adapter(_Settings):
    """Of the LoRA adapter: rank of its matrices and factor on their product."""

    rank: int = Field(16, ge=1)
    scaling: float = Field(2.0, gt=0)


class LossWeights(_Settings):
    """Of the mean cross entropy over lost tokens of codebook 0, of 1 to 3 and of 4 to 7.

    Earlier codebooks are what is understood; the last four are not even sent on thin links.
    """

    first: float = 1.0
    coarse: float = 2.0
    fine: float = 2.0


class Losses(_Settings):
    """What links lose, drawn per sequence.

    Attributes:
        loss_rate: range of the share of lost packets.
        mean_burst: range of the mean burst in packets (Gilbert; mean stay in the bad state for
            Gilbert-Elliott).
        processes: how often each is drawn, relative to the others.
        redundancy: share of sequences whose packets repeat earlier frames.
        fewer_codebooks: share of sequences that send 4 to 7 of the 8 primary tokens.
        fill_unsent: share of sequences in which the model fills also codebooks that nobody sent,
            as an option of recovery does.
        silence: share of sequences whose sender says of silent frames only that they are silent.
    """

    loss_rate: tuple[float, float] = (0.05, 0.5)
    mean_burst: tuple[float, float] = (1.5, 6.0)
    processes: dict[Literal["independent", "gilbert", "gilbert-elliott", "bellcore"], float] = {
        "independent": 0.3,
        "gilbert": 0.4,
        "gilbert-elliott": 0.1,
        "bellcore": 0.2,
    }
    redundancy: float = Field(0.4, ge=0, le=1)
    fewer_codebooks: float = Field(0.3, ge=0, le=1)
    fill_unsent: float = Field(0.25, ge=0, le=1)
    silence: float = Field(0.5, ge=0, le=1)


class TokenModelSettings(_Settings):
    """A run.

    Attributes:
        passes: times that the training speech is encoded: once as it is, then with other speed,
            level and frequency response.
        silence_threshold: dBFS; frames below it are what a sender may call silent.
        shape: of a new model.
        adapter, losses, weights: see there.
        batch_size, frames: sequences per step and their length in frames of 80 ms.
        learning_rate: peak while the base learns.
        adapter_rate, full_rate: peaks while the adapter learns, and all weights on losses.
        weight_decay: of AdamW.
        look_aheads: how often each is drawn, relative to the others; one per batch.
        base_received: share of sequences in base training in which some frames came; in the
            others the model speaks on its own, with nothing in the input stream.
        near_share: share of a target that tokens get that lie near the right one in the codebook.
        own_tokens: share of batches on losses in which the output stream holds what the model
            itself says for the holes, as in use, and not what was lost.
        precision: of frozen weights that the adapter is trained on.
        gradient_checkpointing: computes activations twice and keeps few: less memory.
        validation_sequences: of held-out readers.
    """

    passes: int = Field(2, ge=1)
    silence_threshold: float = -60.0
    shape: Shape = Shape()
    adapter: Adapter = Adapter()
    losses: Losses = Losses()
    weights: LossWeights = LossWeights()
    batch_size: int = Field(16, ge=1)
    frames: int = Field(125, ge=8)
    learning_rate: float = Field(1e-3, gt=0)
    adapter_rate: float = Field(1e-3, gt=0)
    full_rate: float = Field(3e-4, gt=0)
    weight_decay: float = Field(0.1, ge=0)
    look_aheads: dict[int, float] = {0: 0.3, 1: 0.4, 2: 0.15, 3: 0.05, 4: 0.05, 5: 0.05}
    base_received: float = Field(0.5, ge=0, le=1)
    near_share: float = Field(0.0, ge=0, le=1)
    own_tokens: float = Field(0.5, ge=0, le=1)
    precision: Literal["float32", "bfloat16"] = "float32"
    gradient_checkpointing: bool = False
    validation_sequences: int = Field(24, ge=1)

    @field_validator("look_aheads")
    @classmethod
    def _possible(cls, given: dict[int, float]) -> dict[int, float]:
        if not set(given) <= set(LOOK_AHEADS) or not sum(given.values()) > 0:
            raise ValueError(f"look-aheads are 0..{LOOK_AHEADS[-1]}, at least one above 0")
        return given

    def model_config_dict(self, codec: str) -> dict[str, Any]:
        """Keys of ``config.json`` for a new model on a codec of this fingerprint."""
        config = copy.deepcopy(EMBEDDED_TOKEN_MODEL)
        shape = self.shape.model_dump()
        ours = config["largesc"]["token_model"]
        ours |= {"table_rank": shape.pop("table_rank"), "codec": codec}
        adapter = {"lora_rank": self.adapter.rank, "lora_scaling": self.adapter.scaling}
        return config | shape | adapter


def read_token_model_settings(path: Path | None) -> TokenModelSettings:
    """The section of a YAML file; the defaults without one.

    Raises:
        ValueError: no YAML, unknown key or value out of range; names it.
        OSError: the file cannot be read.
    """
    return settings_of(TokenModelSettings, values_of(path).get(SECTION) or {}, path)
