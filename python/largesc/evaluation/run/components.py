# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an experiment is put together from: systems, channels, metrics, corpora."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ...corpus.utterance import Utterance
from ..metrics.interface import Metric


class Entry(Protocol):
    """What is known of a file before it is read; the attributes are :class:`Utterance`'s."""

    @property
    def name(self) -> str: ...
    @property
    def subset(self) -> str: ...
    @property
    def reader(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def seconds(self) -> float: ...


class SkippedFile(Protocol):
    """A file that cannot be used, and why."""

    @property
    def path(self) -> str: ...
    @property
    def reason(self) -> str: ...


class Corpus(Protocol):
    """Files with their texts; ``load`` raises ValueError for one that turns out bad."""

    @property
    def name(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def entries(self) -> Sequence[Entry]: ...
    @property
    def skipped(self) -> Sequence[SkippedFile]: ...
    def load(self, name: str) -> Utterance: ...


OpenCorpus = Callable[[str, Sequence[str]], Corpus]


@dataclass(frozen=True)
class Components:
    """Where an experiment's parts come from.

    Attributes:
        any_system: type that pydantic makes a system's settings of: a union told apart by ``kind``.
        any_channel: type that pydantic makes a channel's settings of: a union by ``process``.
        metrics: what builds a metric, by name; must pickle, it goes to worker processes.
        open_corpus: opens a folder ('' is the evaluation corpus) with some subsets (none is all);
            must pickle.
    """

    any_system: Any
    any_channel: Any
    metrics: Mapping[str, Callable[[], Metric]]
    open_corpus: OpenCorpus


def shipped_components() -> Components:
    """All systems, channels, metrics and corpora of this package."""
    from ...corpus.opened_corpus import open_corpus
    from ..channels.registry import AnyChannel
    from ..metrics.registry import METRICS
    from ..systems.registry import AnySystem

    return Components(AnySystem, AnyChannel, METRICS, open_corpus)
