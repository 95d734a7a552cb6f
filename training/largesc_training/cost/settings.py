# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of costs and controller, section ``controller`` of a YAML file."""

from pathlib import Path
from typing import Literal

from largesc.recovery.strategies.strategy_by_name import STRATEGIES
from largesc.recovery.token_model.token_model_config import LONGEST_LOOK_AHEAD
from pydantic import BaseModel, ConfigDict, Field

from ..settings_file import settings_of, values_of

SECTION = "controller"


class ControllerSettings(BaseModel):
    """A run.

    Attributes:
        frames: to measure.
        per_stream: of them in a stretch of one reader, about; fewer need more readers.
        stream_frames: length of such a stretch.
        recovery: what fills what did not arrive.
        look_ahead: frames that its receiver waits.
        following: frames behind the one measured whose sound counts, as far as the decoder
            remembers.
        silence_threshold: dBFS; frames that a sender calls silent are not measured.
        folds: parts of the readers; what is told of one is learned from the others.
        hidden: width of its hidden layer.
        epochs: at most.
        learning_rate, weight_decay: of AdamW.
        members: networks whose mean is shipped, as one; each leaves out other readers, on whom is
            seen when to end.
        resamples: how often readers are drawn anew for intervals.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    frames: int = Field(5000, ge=1)
    per_stream: int = Field(20, ge=1)
    stream_frames: int = Field(125, ge=16)
    recovery: Literal[STRATEGIES] = "lora"  # type: ignore[valid-type]
    look_ahead: int = Field(1, ge=0, le=LONGEST_LOOK_AHEAD)
    following: int = Field(2, ge=1)
    silence_threshold: float = -60.0
    folds: int = Field(5, ge=2)
    hidden: int = Field(64, ge=1)
    epochs: int = Field(60, ge=1)
    learning_rate: float = Field(2e-3, gt=0)
    weight_decay: float = Field(0.5, ge=0)
    members: int = Field(5, ge=1)
    resamples: int = Field(1000, ge=1)


def read_controller_settings(path: Path | None) -> ControllerSettings:
    """The section of a YAML file; the defaults without one.

    Raises:
        ValueError: no YAML, unknown key or value out of range; names it.
        OSError: the file cannot be read.
    """
    return settings_of(ControllerSettings, values_of(path).get(SECTION) or {}, path)
