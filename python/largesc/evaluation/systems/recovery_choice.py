# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of recovery that an experiment may change."""

from dataclasses import fields
from typing import Any

from pydantic import FiniteFloat

from ...recovery.strategies.recovery_settings import RecoverySettings
from ...recovery.strategies.strategy_by_name import asks_a_model, needs_checkpoint
from ...recovery.token_model.sampling_settings import SamplingSettings
from ..settings import Settings


class RecoveryChoice(Settings):
    """Fields of SamplingSettings and RecoverySettings, by their names there.

    None leaves a setting as the package has it, so that its default stands in one place. To offer
    another setting, a field here is enough.

    Attributes:
        temperature, top_k, greedy, nearest, prior: how a model's tokens are chosen.
        silent_after: lost frames after which a model fades to silence.
        fill_unsent: what the sender chose not to send is made up too.
        precision, device: a model computes in and on; for Kyutai's.
    """

    temperature: FiniteFloat | None = None
    top_k: int | None = None
    greedy: bool | None = None
    nearest: bool | None = None
    prior: FiniteFloat | None = None
    silent_after: int | None = None
    fill_unsent: bool | None = None
    precision: str | None = None
    device: str | None = None

    def recovery_settings(self, checkpoint: str, look_ahead: int) -> RecoverySettings:
        """What recovery is built with.

        Raises:
            ValueError: a value that recovery refuses; its message says what is allowed.
        """
        chosen = self.chosen()
        names = {field.name for field in fields(SamplingSettings)}
        sampling = SamplingSettings(**{k: v for k, v in chosen.items() if k in names})
        others = {k: v for k, v in chosen.items() if k not in names}
        return RecoverySettings(checkpoint, look_ahead, sampling, **others)

    def chosen(self) -> dict[str, Any]:
        """The settings that are not left to the package."""
        values = {name: getattr(self, name) for name in RecoveryChoice.model_fields}
        return {name: value for name, value in values.items() if value is not None}

    def check_meaning(self, strategy: str) -> None:
        """Two systems that differ in what nobody looks at would be one system with two names.

        Raises:
            ValueError: a setting that means nothing to the strategy.
        """
        idle = [name for name in self.chosen() if not _means_something(name, strategy)]
        if idle:
            raise ValueError(f"{idle[0]} means nothing to recovery {strategy!r}")
        drawn = [name for name in ("temperature", "top_k") if name in self.chosen()]
        if self.greedy and drawn:
            raise ValueError(f"{drawn[0]} means nothing with greedy: the likeliest token is taken")

    def words(self) -> str:
        """The chosen settings for a label, as ``temperature 0.5, greedy``; often empty."""
        return ", ".join(_words(name, value) for name, value in self.chosen().items())


def _means_something(name: str, strategy: str) -> bool:
    return asks_a_model(strategy) or (name == "fill_unsent" and needs_checkpoint(strategy))


def _words(name: str, value: Any) -> str:
    plain = name.replace("_", " ")
    if isinstance(value, bool):
        return plain if value else f"not {plain}"
    if isinstance(value, str):
        return value
    return f"{plain} {value:g}"
