# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of what one figure is made of: kinds of word errors, tokens by codebook."""

from collections.abc import Sequence

from .measures import ERROR_PARTS, RECOVERY_TIME, TOKENS_RIGHT, WER, Measure
from .summary import Summary
from .tables import NOTHING, Table, with_interval


def detail_tables(summary: Summary, subset: str, loss: str) -> list[Table]:
    """Those of a subset and loss that have figures.

    Word errors are in per cent of the words that were said. Of a codebook's tokens, those are
    right that were missing when their frame was due and that recovery made what was sent.
    """
    where = subset, loss
    tables = [
        _table(summary, "Word errors", where, (WER, *ERROR_PARTS)),
        _table(summary, "Lost tokens that recovery got right (%)", where, TOKENS_RIGHT, True),
    ]
    return [table for table in tables if table.rows]


def _table(
    summary: Summary,
    title: str,
    where: tuple[str, str],
    measures: Sequence[Measure],
    has_time: bool = False,
) -> Table:
    """Systems that have one of the measures, and perhaps what their recovery costs."""
    subset, loss = where
    there = summary.measures_of(subset, measures)
    beside = summary.measures_of(subset, [RECOVERY_TIME]) if has_time else []
    rows = []
    for system in summary.systems_of(subset):
        cells = _cells(summary, system.label, where, there)
        if any(cell != NOTHING for cell in cells):
            rows.append([system.label, *cells, *_cells(summary, system.label, where, beside)])
    header = ["system", *(measure.title for measure in (*there, *beside))]
    return Table(f"{title}: {subset}, {loss}", header, rows)


def _cells(
    summary: Summary, system: str, where: tuple[str, str], measures: Sequence[Measure]
) -> list[str]:
    return [with_interval(m, summary.estimate(where[0], system, where[1], m)) for m in measures]
