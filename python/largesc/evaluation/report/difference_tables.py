# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of paired differences: ours and each peer, or references and all others."""

from collections.abc import Sequence
from dataclasses import dataclass

from .measures import LOG_MEL, PLCMOS, Measure
from .summary import OURS, Summary
from .tables import NOTHING, Table, with_interval


@dataclass(frozen=True)
class _Comparison:
    """What is compared: a cell is its column's system less its row's.

    Attributes:
        corner: what a row is.
        words: which less which, for titles.
        rows, columns: labels of systems.
        measures: a table each.
    """

    corner: str
    words: str
    rows: Sequence[str]
    columns: Sequence[str]
    measures: Sequence[Measure]


def difference_heading(summary: Summary) -> str:
    """What stands over the tables."""
    pairs = "References and all others" if summary.references else "Ours and each peer"
    return f"{pairs}, paired"


def difference_tables(summary: Summary) -> list[Table]:
    """With paired intervals, for every subset and loss; those that have figures.

    Where the experiments name references, all other systems less each of them, in the first
    measure of a subset, PLCMOS and log-mel distance. Else ours less each peer, in the first two.
    """
    tables = []
    for subset in summary.subsets:
        compared = _with_references if summary.references else _with_peers
        comparison = compared(summary, subset)
        for loss in summary.losses_of(subset):
            for measure in comparison.measures:
                tables.append(_table(summary, (subset, loss), comparison, measure))
    return [table for table in tables if table.rows]


def _with_references(summary: Summary, subset: str) -> _Comparison:
    there = [system.label for system in summary.systems_of(subset)]
    references = [label for label in summary.references if label in there]
    others = [label for label in there if label not in references]
    first = summary.measures_of(subset)[:1]
    measures = list(dict.fromkeys([*first, PLCMOS, LOG_MEL]))
    return _Comparison("reference", "less the reference's", references, others, measures)


def _with_peers(summary: Summary, subset: str) -> _Comparison:
    systems = summary.systems_of(subset)
    ours = [s.label for s in systems if s.kind == OURS]
    peers = [s.label for s in systems if s.kind != OURS]
    measures = list(dict.fromkeys([*summary.measures_of(subset)[:1], PLCMOS]))
    return _Comparison("peer", "ours less the peer's", peers, ours, measures)


def _table(
    summary: Summary, where: tuple[str, str], compared: _Comparison, measure: Measure
) -> Table:
    rows = []
    for row in compared.rows:
        cells = [_difference(summary, where, one, row, measure) for one in compared.columns]
        if any(cell != NOTHING for cell in cells):
            rows.append([row, *cells])
    title = f"{measure.title}, {compared.words} ({measure.better} is better): {', '.join(where)}"
    return Table(title, [compared.corner, *compared.columns], rows)


def _difference(
    summary: Summary, where: tuple[str, str], one: str, other: str, measure: Measure
) -> str:
    found = summary.difference(where[0], one, other, where[1], measure)
    text = with_interval(measure, found)
    return f"{text} *" if found is not None and found.excludes_zero else text
