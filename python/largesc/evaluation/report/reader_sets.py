# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sets of readers in runs: who was heard, under which conditions, who is worst and who is best."""

from dataclasses import dataclass

from .measures import PLCMOS, WER, Measure
from .summary import OURS, REFERENCE, Summary

NO_SYSTEMS = (REFERENCE, "silence")  # nobody is understood better or worse by these
MEASURES = (WER, PLCMOS)


@dataclass(frozen=True)
class ReaderSet:
    """A subset with several readers, and the conditions under which they were heard.

    Attributes:
        name: of the subset as it was recorded.
        subsets: that one first, if it was run, then its conditions (``NAME-noise``).
        measures: word errors and PLCMOS, those that have figures.
    """

    name: str
    subsets: tuple[str, ...]
    measures: tuple[Measure, ...]


def reader_sets(summary: Summary) -> list[ReaderSet]:
    """All sets of at least two readers, in the order of subsets; none without a measure."""
    several = [subset for subset in summary.subsets if len(readers_in(summary, subset)) > 1]
    sets = []
    for name in several:
        if any(_is_condition(name, of=other) for other in several):
            continue
        subsets = (name, *(other for other in several if _is_condition(other, of=name)))
        measures = [m for m in MEASURES if any(summary.measures_of(s, [m]) for s in subsets)]
        if measures:
            sets.append(ReaderSet(name, subsets, tuple(measures)))
    return sets


def readers_in(summary: Summary, subset: str) -> list[str]:
    """Readers of a subset, sorted."""
    rows = summary.results[summary.results["subset"] == subset]
    return sorted(reader for reader in rows["reader"].unique() if reader)


def ranked_readers(summary: Summary, subset: str, loss: str) -> list[str]:
    """Readers from worst to best, by the mean over our systems of the subset's first measure.

    Where none of ours was run, all systems count that lose anything of the speech.
    """
    there = summary.systems_of(subset)
    ours = [s for s in there if s.kind == OURS] or [s for s in there if s.kind not in NO_SYSTEMS]
    measures = summary.measures_of(subset, MEASURES)
    if not measures:
        return []
    totals: dict[str, list[float]] = {}
    for system in ours or there:
        for reader, value in summary.by_reader(subset, system.label, loss, measures[0]).items():
            totals.setdefault(reader, []).append(value)
    sign = -1.0 if measures[0].better == "lower" else 1.0
    means = {reader: sign * sum(values) / len(values) for reader, values in totals.items()}
    return sorted(means, key=lambda reader: (means[reader], reader))


def outstanding(ranked: list[str]) -> dict[str, str]:
    """``worst``, ``middle`` and ``best`` of ranked readers, by reader; of fewer, fewer."""
    if not ranked:
        return {}
    places = {ranked[len(ranked) // 2]: "middle"} if len(ranked) > 2 else {}
    return {ranked[0]: "worst"} | places | ({ranked[-1]: "best"} if len(ranked) > 1 else {})


def _is_condition(subset: str, of: str) -> bool:
    return subset.startswith(f"{of}-")
