# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is screened: channels, budgets, seeds."""

from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field, ValidationError

from ..channels.loss_model import LossModel
from ..channels.lossless import Lossless
from ..channels.registry import AnyChannel
from ..settings import Settings

RATES = (0.1, 0.2, 0.3, 0.4)
Budget = Annotated[float, Field(ge=700)]


def _channels() -> list[AnyChannel]:
    single = [LossModel(process="independent", loss_rate=rate) for rate in RATES]
    bursts = [LossModel(process="gilbert", loss_rate=rate, burst_ms=240.0) for rate in RATES]
    return [Lossless(), *single, *bursts]


class ScreenSettings(Settings):
    """A screening.

    Attributes:
        losses: channels, as in an experiment.
        budgets: bit/s, of the controller as it is.
        other_budgets: of those that know less, more, or what is wrong.
        seeds: of the channels.
        silence_threshold: dBFS; quieter frames are announced as silence by all alike.
        settled: first frames that do not count.
        hull: fixed allocations to decode, of each channel, at most: those beside the controller's
            points first.
        decoded_budgets: of the controller, to decode; of ``budgets``.
        decoded_seconds: of an over, at most; the recogniser hears half a minute at once.
        decoded_readers: the first so many, whose overs are decoded; 0 for all.
        decoded_seeds: of the channels.
        resamples: how often readers are drawn anew for intervals.
    """

    losses: list[AnyChannel] = Field(default_factory=_channels, min_length=1)
    budgets: list[Budget] = Field(
        [700, 800, 900, 1000, 1150, 1300, 1500, 1700, 2000, 2300], min_length=1
    )
    other_budgets: list[Budget] = Field([1000, 1300, 1700, 2000], min_length=1)
    seeds: list[Annotated[int, Field(ge=0)]] = Field([1], min_length=1)
    silence_threshold: float = -50.0
    settled: int = Field(125, ge=0)
    hull: int = Field(6, ge=2)
    decoded_budgets: list[Budget] = Field([1000, 1300, 1700, 2000], min_length=1)
    decoded_seconds: float = Field(28.0, gt=0, le=30)
    decoded_readers: int = Field(0, ge=0)
    decoded_seeds: list[Annotated[int, Field(ge=0)]] = Field([1], min_length=1)
    resamples: int = Field(500, ge=1)


def read_screen_settings(path: Path | None) -> ScreenSettings:
    """Of a YAML file; the defaults without one.

    Raises:
        ValueError: no YAML, an unknown key or a value out of range.
        OSError: the file cannot be read.
    """
    if path is None:
        return ScreenSettings()
    try:
        return ScreenSettings.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except yaml.YAMLError as error:
        raise ValueError(f"{path} is not YAML: {' '.join(str(error).split())}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ", ".join(map(str, first["loc"]))
        said = str(first["msg"]).removeprefix("Value error, ")
        raise ValueError(f"{path}: {where + ': ' if where else ''}{said}") from None
