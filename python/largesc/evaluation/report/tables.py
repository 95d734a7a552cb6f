# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures of runs as tables of text, for a page, a document or a terminal."""

from dataclasses import dataclass

from .measures import Measure
from .statistics import Estimate
from .summary import Summary, SystemEntry

NOTHING = "–"


@dataclass(frozen=True)
class Table:
    """Text in rows.

    Attributes:
        title: what it is about.
        header: of the columns; the first column holds names, the others figures.
        rows: each as long as the header.
    """

    title: str
    header: list[str]
    rows: list[list[str]]


def with_interval(measure: Measure, estimate: Estimate | None) -> str:
    """``12.3 [10.1, 14.8]``; without the interval where one file is all there is."""
    if estimate is None:
        return NOTHING
    figure = measure.written(estimate.value)
    if estimate.files < 2:
        return figure
    return f"{figure} [{measure.written(estimate.low)}, {measure.written(estimate.high)}]"


def quality_table(summary: Summary, subset: str, loss: str) -> Table:
    """Every system of a subset at one loss: all measures with 95 % intervals."""
    measures = summary.measures_of(subset)
    rows = [
        [
            system.label,
            *(with_interval(m, summary.estimate(subset, system.label, loss, m)) for m in measures),
        ]
        for system in summary.systems_of(subset)
        if len(summary.rows(subset, system.label, loss))
    ]
    return Table(f"{subset}, {loss}", ["system", *(m.title for m in measures)], rows)


def quality_tables(summary: Summary) -> list[Table]:
    """One for every subset and loss."""
    return [
        quality_table(summary, subset, loss)
        for subset in summary.subsets
        for loss in summary.losses_of(subset)
    ]


def systems_table(summary: Summary) -> Table:
    """What does not depend on losses."""
    header = ["system", "bit/s on the air", "bit/s of payload", "packet (ms)", "latency (ms)"]
    rows = [[s.label, *_facts(s)] for s in summary.systems]
    return Table("Systems", [*header, "real-time factor"], rows)


def problems_table(summary: Summary) -> Table:
    """Systems that cannot run, files that cannot be used, rows without figures."""
    rows = []
    for problem, group in summary.problems.groupby("problem", sort=False):
        systems = ", ".join(sorted({name for name in group["system"] if name}))
        files = sorted({name for name in group["file"] if name})
        some = ", ".join(files[:5]) + (f" and {len(files) - 5} more" if len(files) > 5 else "")
        rows.append([systems or NOTHING, some or NOTHING, str(problem)])
    return Table("Without figures", ["system", "files", "why"], rows)


def _facts(system: SystemEntry) -> list[str]:
    def milliseconds(seconds: float | None) -> str:
        return NOTHING if seconds is None else f"{1000 * seconds:.0f}"

    payload, factor = system.token_bit_rate, system.realtime_factor
    return [
        f"{system.bit_rate:.0f}",
        NOTHING if payload is None else f"{payload:.0f}",
        milliseconds(system.packet_seconds),
        milliseconds(system.latency_seconds),
        NOTHING if factor is None else f"{factor:.3f}",
    ]
