# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""An experiment: which systems meet which channels on which speech, and what is measured."""

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Any, Self

from pydantic import Field, ValidationInfo, create_model, field_validator, model_validator

from ..channels.channel_model import ChannelModel
from ..nearest_name import unknown_name
from ..settings import Settings
from ..systems.settings import SystemSettings
from .components import Components

Seed = Annotated[int, Field(ge=0)]


class CorpusChoice(Settings):
    """Which speech.

    Attributes:
        subsets: of the corpus; empty for all it has.
        files_per_reader: by subset, the first so many files of each of its readers; all files of
            subsets that are not named.
        limit: the first so many of these files of every subset; 0 for all.
        folder: a corpus, a LibriSpeech or a Common Voice folder; empty for the evaluation corpus.
    """

    subsets: tuple[str, ...] = ()
    limit: int = Field(0, ge=0)
    files_per_reader: dict[str, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    folder: str = ""

    @field_validator("files_per_reader")
    @classmethod
    def _subsets_are_there(cls, files: dict[str, int], info: ValidationInfo) -> dict[str, int]:
        subsets = info.data.get("subsets") or files  # none named: all that the corpus has
        for subset in files:
            if subset not in subsets:
                raise ValueError(unknown_name("subset", subset, subsets))
        return files


class Experiment(Settings):
    """What an experiment file says; docs/evaluation.md explains every key.

    Attributes:
        name: of the experiment, in reports.
        description: a sentence or two for readers of the report.
        corpus: which speech.
        systems: that are compared.
        losses: the channels, most of which lose something; a system meets each of them.
        seeds: of the channels; every file meets each of them.
        metrics: names of what is measured.
        listen: files of every reader in every subset that can be listened to in the report.
        references: labels of systems that all others are compared with in the report; empty: ours
            are compared with each peer.
    """

    name: str = Field(min_length=1)
    description: str = ""
    corpus: CorpusChoice = Field(default_factory=lambda: CorpusChoice.model_validate({}))
    systems: list[SystemSettings] = Field(min_length=1)
    losses: list[ChannelModel] = Field(min_length=1)
    seeds: list[Seed] = Field([1], min_length=1)
    metrics: list[str] = Field(min_length=1)
    listen: int = Field(1, ge=0)
    references: tuple[str, ...] = ()

    @field_validator("references")
    @classmethod
    def _references_are_there(
        cls, references: tuple[str, ...], info: ValidationInfo
    ) -> tuple[str, ...]:
        systems = info.data.get("systems")
        if not references or systems is None:  # what is wrong with the systems is said already
            return references
        labels = [system.label for system in systems]
        for reference in references:
            if reference not in labels:
                raise ValueError(unknown_name("system", reference, labels))
        return references

    @model_validator(mode="after")
    def _names_nothing_twice(self) -> Self:
        _refuse_twice("systems", "label", (system.label for system in self.systems))
        _refuse_twice("losses", "label", (loss.label for loss in self.losses))
        _refuse_twice("seeds", "seed", map(str, self.seeds))
        _refuse_twice("metrics", "name", self.metrics)
        _refuse_twice("corpus subsets", "name", self.corpus.subsets)
        _refuse_twice("references", "label", self.references)
        if len(self.references) == len(self.systems):
            raise ValueError("references: no system is left to compare with them")
        return self


def experiment_of(values: Any, components: Components) -> Experiment:
    """Experiment of the values of a file.

    Args:
        values: as a YAML file has them.
        components: which systems, channels and metrics there are.

    Raises:
        pydantic.ValidationError: they are no experiment.
    """

    def is_known(metric: str) -> str:
        if metric not in components.metrics:
            raise ValueError(unknown_name("metric", metric, components.metrics))
        return metric

    validators: Any = {"metric_is_known": field_validator("metrics")(_each(is_known))}
    model = create_model(
        "Experiment",
        __base__=Experiment,
        __validators__=validators,
        systems=(list[components.any_system], Field(min_length=1)),  # type: ignore[name-defined]
        losses=(list[components.any_channel], Field(min_length=1)),  # type: ignore[name-defined]
    )
    return model.model_validate(values)


def _each(check: Any) -> Any:
    def check_all(names: list[str]) -> list[str]:
        return [check(name) for name in names]

    return check_all


def _refuse_twice(where: str, what: str, labels: Iterable[str]) -> None:
    twice = [label for label, count in Counter(labels).items() if count > 1]
    if twice:
        hint = "; give one of them another `name`" if where == "systems" else ""
        raise ValueError(f"{where}: the {what} '{twice[0]}' is there more than once{hint}")
