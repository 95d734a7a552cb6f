# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What strategies need to know that use a checkpoint; without torch."""

from dataclasses import dataclass, field

from ...frame.tokens import LONGEST_LAG
from ..token_model.sampling_settings import SamplingSettings

PRECISIONS = ("auto", "float32", "bfloat16", "int8")


@dataclass(frozen=True)
class RecoverySettings:
    """Settings of the strategies interpolate, base and lora.

    Attributes:
        checkpoint: name or folder; its codec must be the receiver's.
        look_ahead: frames between the one due and the newest, 0..12; the receiver's. The token
            model looks no more than 5 ahead.
        sampling: how the model's tokens are drawn.
        silent_after: frames lost in a row, after which the model's speech fades to silence.
        precision: of the model: float32, bfloat16, int8 (bfloat16, the feed-forward layers and
            heads in 8 bits; CPU), or auto: as its weights are stored (model_placement.py).
        device: the model runs on, as torch names it; auto: a GPU for weights in 16 bits where
            there is one with room, else the CPU.
        fill_unsent: make up also the codebooks that the sender chose not to send.

    Raises:
        ValueError: look_ahead out of range, silent_after negative, or an unknown precision.
    """

    checkpoint: str
    look_ahead: int = 1
    sampling: SamplingSettings = field(default_factory=SamplingSettings)
    silent_after: int = 6
    precision: str = "auto"
    device: str = "auto"
    fill_unsent: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.look_ahead <= LONGEST_LAG:
            raise ValueError(f"look_ahead must be 0..{LONGEST_LAG}, not {self.look_ahead}")
        if self.silent_after < 0:
            raise ValueError(f"silent_after must not be negative, but is {self.silent_after}")
        if self.precision not in PRECISIONS:
            raise ValueError(
                f"precision must be one of {', '.join(PRECISIONS)}, not {self.precision!r}"
            )
