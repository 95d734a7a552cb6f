# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to be done for an experiment, cut into units that worker processes take."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..channels.channel_model import ChannelModel
from ..metrics.interface import Metric
from ..nearest_name import unknown_name
from ..systems.settings import SystemSettings
from .components import Components, Corpus, Entry, OpenCorpus
from .experiment import Experiment
from .file_name import file_name
from .rows import ROWS_VERSION

HEARD_READERS = 16  # of a subset: Common Voice has thousands, and a run keeps all that is heard


@dataclass(frozen=True)
class Cell:
    """One channel with one seed: what becomes one row of every file and system."""

    channel: ChannelModel
    seed: int


@dataclass(frozen=True)
class Plan:
    """What a worker process must know of an experiment; pickles.

    Attributes:
        experiment: its name.
        cells: every channel with every seed; without loss there is but one.
        metrics: what builds each, by name.
        open_corpus: with ``folder`` and ``subsets``, gives the corpus.
        corpus_fingerprint: that the corpus must have.
    """

    experiment: str
    cells: tuple[Cell, ...]
    metrics: Mapping[str, Callable[[], Metric]]
    open_corpus: OpenCorpus
    folder: str
    subsets: tuple[str, ...]
    corpus_fingerprint: str


@dataclass(frozen=True)
class Unit:
    """One file through one system: encoded once, then every cell.

    Attributes:
        system: settings.
        utterance: name.
        seconds: of the speech.
        is_heard: its first seed's outputs are kept to be listened to.
    """

    system: SystemSettings
    utterance: str
    seconds: float
    is_heard: bool

    @cached_property
    def file_name(self) -> str:
        """Of its part, without suffix."""
        return file_name(self.system.label, self.utterance)


def plan_of(experiment: Experiment, components: Components, folder: str, corpus: Corpus) -> Plan:
    """The plan of an experiment on an open corpus."""
    return Plan(
        experiment=experiment.name,
        cells=tuple(cells_of(experiment)),
        metrics={name: components.metrics[name] for name in experiment.metrics},
        open_corpus=components.open_corpus,
        folder=folder,
        subsets=tuple(experiment.corpus.subsets),
        corpus_fingerprint=corpus.fingerprint,
    )


def cells_of(experiment: Experiment) -> list[Cell]:
    """Channels × seeds; where nothing is lost, seeds make no difference: the first is enough."""
    return [
        Cell(channel, seed)
        for channel in experiment.losses
        for seed in (experiment.seeds[:1] if channel.is_lossless else experiment.seeds)
    ]


def chosen_entries(experiment: Experiment, corpus: Corpus) -> list[Entry]:
    """The files of an experiment: the first of every subset or reader, as many as limits allow.

    Raises:
        ValueError: the corpus has no files, or none of a subset.
    """
    there = list(dict.fromkeys(entry.subset for entry in corpus.entries))
    if not there:
        skipped = f"; {len(corpus.skipped)} were skipped" if corpus.skipped else ""
        raise ValueError(f"the corpus {corpus.name} has no files that can be used{skipped}")
    for subset in experiment.corpus.subsets:
        if subset not in there:
            unknown = unknown_name("subset", subset, there)
            raise ValueError(f"corpus {corpus.name}: {unknown}; `--subset {subset}=` leaves it out")
    choice = experiment.corpus
    entries: list[Entry] = []
    for subset in choice.subsets or there:
        of_subset = [entry for entry in corpus.entries if entry.subset == subset]
        if subset in choice.files_per_reader:
            of_subset = _first_of_readers(of_subset, choice.files_per_reader[subset])
        entries += of_subset[: choice.limit or len(of_subset)]
    return entries


def heard_names(entries: Sequence[Entry], per_reader: int) -> set[str]:
    """Names of the files that can be listened to: the first of every reader in every subset.

    Of a subset with very many readers, the first HEARD_READERS are heard.
    """
    readers: dict[str, list[str]] = {}
    for entry in entries:
        of_subset = readers.setdefault(entry.subset, [])
        if entry.reader not in of_subset:
            of_subset.append(entry.reader)
    heard = [e for e in entries if e.reader in readers[e.subset][:HEARD_READERS]]
    return {entry.name for entry in _first_of_readers(heard, per_reader)}


def _first_of_readers(entries: Sequence[Entry], count: int) -> list[Entry]:
    """Of every reader in every subset, the first so many files."""
    seen: Counter[tuple[str, str]] = Counter()
    first = []
    for entry in entries:
        seen[entry.subset, entry.reader] += 1
        if seen[entry.subset, entry.reader] <= count:
            first.append(entry)
    return first


def units_of(
    systems: Sequence[SystemSettings], entries: Sequence[Entry], listen: int
) -> list[Unit]:
    """Every system with every file, system after system: a process need not hold them all."""
    heard = heard_names(entries, listen)
    return [
        Unit(system, entry.name, entry.seconds, entry.name in heard)
        for system in systems
        for entry in entries
    ]


def settings_of(plan: Plan, system: SystemSettings) -> dict[str, Any]:
    """What decides the figures of a unit, as JSON has it: the same settings, the same figures.

    A setting that is not given is left out: a system that can be given more settings than before
    is still the same system.
    """
    values = {
        "experiment": plan.experiment,
        "system": {"label": system.label, **system.model_dump(mode="json", exclude_none=True)},
        "cells": [
            {**cell.channel.model_dump(mode="json"), "seed": cell.seed} for cell in plan.cells
        ],
        "rows": ROWS_VERSION,
        "metrics": list(plan.metrics),
        "corpus": plan.corpus_fingerprint,
    }
    loaded: dict[str, Any] = json.loads(json.dumps(values))
    return loaded
