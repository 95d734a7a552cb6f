# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What many readers say of systems: by condition, by reader, the worst named; first in reports."""

from collections.abc import Callable
from dataclasses import dataclass

from ..channels.axis import LOSS_RATE
from .measures import LOST, Measure
from .reader_sets import (
    ReaderSet,
    outstanding,
    ranked_readers,
    reader_sets,
    readers_in,
)
from .summary import REFERENCE, Summary
from .tables import NOTHING, Table, with_interval

SHOWN_READERS = 50  # of more, the worst, the middle and the best stand in tables
EVALUATION_SET = "gr-largesc evaluation set"  # how the corpus of `largesc corpus build` is called
OUR_READERS = (
    "of one collection (speechocean762, read sentences) with one accent (Mandarin speakers of "
    "English), adults whom the recogniser understands. The studio reader of the prompts is the "
    "other collection. Of other accents, of children and of free speech these figures say nothing"
)
OUR_SETS = {
    "readers": "These readers judge, and choose no setting.",
    "development": "These readers choose settings; what counts is what the evaluation readers get.",
}


@dataclass(frozen=True)
class ReaderPart:
    """What a report says of a set of readers: a heading, what the set is, tables."""

    heading: str
    words: str
    tables: list[Table]


def reader_parts(summary: Summary) -> list[ReaderPart]:
    """One for every set of readers."""
    return [
        ReaderPart(f"By reader: {one.name}", _words(summary, one), _SetTables(summary, one).all())
        for one in reader_sets(summary)
    ]


def _words(summary: Summary, readers: ReaderSet) -> str:
    count = len({r for subset in readers.subsets for r in readers_in(summary, subset)})
    runs = [run for run in summary.runs if run.rows["subset"].isin(readers.subsets).any()]
    corpora = list(dict.fromkeys(str(run.told("corpus", "name") or "") for run in runs))
    name = next((k for k in OUR_SETS if f"{readers.name}-".startswith(f"{k}-")), "")
    if name and all(corpus.startswith(EVALUATION_SET) for corpus in corpora):
        return f"What this set is: {count} readers {OUR_READERS}. {OUR_SETS[name]}"
    of = f" of {', '.join(filter(None, corpora))}" if any(corpora) else ""
    return f"What this set is: {count} readers{of}, subset {readers.name}."


class _SetTables:
    """Tables of one set of readers."""

    def __init__(self, summary: Summary, readers: ReaderSet) -> None:
        self._summary = summary
        self._readers = readers
        self._places = [(s, loss) for s in readers.subsets for loss in summary.losses_of(s)]
        self._labels = [
            system.label
            for system in summary.systems
            if any(len(summary.rows(s, system.label, loss)) for s, loss in self._places)
        ]
        self._titles = " and ".join(measure.title for measure in readers.measures)

    def all(self) -> list[Table]:
        """Those that have figures."""
        first = self._readers.subsets[0]
        tables = [
            *(self._by_condition(measure) for measure in self._readers.measures),
            *([self._by_condition(LOST)] if self._loses_by_itself(first) else []),
            self._worst(),
            *(self._by_reader(first, loss) for loss in self._summary.losses_of(first)),
            self._originals(),
        ]
        return [table for table in tables if table.rows]

    def _loses_by_itself(self, subset: str) -> bool:
        """Whether there are channels of which nobody knows before what they lose."""
        channels = self._summary.channels_of(subset)
        return any(channel.curve.axis not in ("", LOSS_RATE.name) for channel in channels)

    def _by_condition(self, measure: Measure) -> Table:
        def cell(subset: str, loss: str, label: str) -> str:
            return with_interval(measure, self._summary.estimate(subset, label, loss, measure))

        return self._over_conditions(measure.title, cell)

    def _worst(self) -> Table:
        measure = self._readers.measures[0]
        worst = max if measure.better == "lower" else min

        def cell(subset: str, loss: str, label: str) -> str:
            values = self._summary.by_reader(subset, label, loss, measure)
            if not values:
                return NOTHING
            reader = worst(values, key=values.__getitem__)
            return f"{reader}: {measure.written(values[reader])}"

        return self._over_conditions(f"Worst reader, {measure.title}", cell)

    def _over_conditions(self, title: str, cell: Callable[[str, str, str], str]) -> Table:
        losses = {loss for _, loss in self._places}
        alone = f", {losses.pop()}" if len(losses) == 1 else ""  # said once, not in every row
        rows = [
            [
                subset if alone else f"{subset}, {loss}",
                *(cell(subset, loss, label) for label in self._labels),
            ]
            for subset, loss in self._places
        ]
        return Table(f"{title}: {self._readers.name}{alone}", ["speech", *self._labels], rows)

    def _by_reader(self, subset: str, loss: str) -> Table:
        """Readers from worst to best; every system's figures."""
        ranked = ranked_readers(self._summary, subset, loss)
        places = outstanding(ranked)
        shown = ranked if len(ranked) <= SHOWN_READERS else list(places)
        rows = [
            [
                reader,
                places.get(reader, ""),
                *(self._of_reader(subset, label, loss, reader) for label in self._labels),
            ]
            for reader in shown
        ]
        title = f"From worst to best reader, {self._titles}: {subset}, {loss}"
        return Table(title, ["reader", "", *self._labels], rows)

    def _originals(self) -> Table:
        """What the recordings themselves get, reader by reader, under every condition."""
        summary, subsets = self._summary, self._readers.subsets
        label = next((s.label for s in summary.systems if s.kind == REFERENCE), "")
        losses = {subset: summary.losses_of(subset)[0] for subset in subsets}
        there = [s for s in subsets if len(summary.rows(s, label, losses[s]))]
        names = sorted({reader for subset in there for reader in readers_in(summary, subset)})
        if len(names) > SHOWN_READERS:
            names = list(outstanding(ranked_readers(summary, there[0], losses[there[0]])))
        rows = [
            [reader, *(self._of_reader(s, label, losses[s], reader) for s in there)]
            for reader in names
        ]
        title = f"The original itself, {self._titles}: {self._readers.name}"
        return Table(title, ["reader", *there], rows)

    def _of_reader(self, subset: str, label: str, loss: str, reader: str) -> str:
        """Figures of one reader, ``12.3; 4.05``."""
        figures = []
        for measure in self._readers.measures:
            value = self._summary.by_reader(subset, label, loss, measure).get(reader)
            figures.append(NOTHING if value is None else measure.written(value))
        return NOTHING if set(figures) == {NOTHING} else "; ".join(figures)
