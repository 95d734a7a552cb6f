# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run of the pipeline was asked for."""

from dataclasses import dataclass, field
from pathlib import Path

from .codec.settings import CodecSettings
from .cost.settings import ControllerSettings
from .token_model.settings import TokenModelSettings


@dataclass(frozen=True)
class RunOptions:
    """Options of a run.

    Attributes:
        work: folder of everything the run reads and writes.
        settings: of the codec.
        minutes: time budget by stage, where it is not the stage's own.
        speech: a user's folder of recordings, in place of the Debian packages.
        mirror: folder in the place of the homes of git repositories; None fetches from there.
        kokoro: folder with the archives of Kokoro-82M, whose voices then read too.
        start: safetensors file of codec weights to begin from; None begins from nothing.
        token_start: safetensors file of token model weights to begin from, whatever codec's tokens
            they learned; None begins from nothing.
        seed: of everything random.
        device: ``cpu`` or ``cuda``.
        workers: processes that make batches; 0 makes them between the steps.
        validate_every: minutes between validations.
        token_model: settings of the token model.
        checkpoint: name or folder of one whose codec makes the tokens, in place of this run's.
        base: folder of a token model to adapt, in place of this run's.
        full: fine-tune all weights of the token model as well.
        steps: of a stage that trains, at most, by its name.
        words: count word errors of development readers while the codec trains.
        controller: settings of the costs' measurement and the controller.
        chain: name or folder of a checkpoint whose costs are measured, in place of this run's.
    """

    work: Path
    settings: CodecSettings
    minutes: dict[str, float] = field(default_factory=dict)
    speech: Path | None = None
    start: Path | None = None
    seed: int = 0
    device: str = "cpu"
    workers: int = 0
    validate_every: float = 10.0
    token_model: TokenModelSettings = field(default_factory=TokenModelSettings)
    checkpoint: str | None = None
    base: Path | None = None
    full: bool = False
    steps: dict[str, int] = field(default_factory=dict)
    words: bool = False
    mirror: Path | None = None
    kokoro: Path | None = None
    controller: ControllerSettings = field(default_factory=ControllerSettings)
    chain: str | None = None
    token_start: Path | None = None
