# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of runs as reports ask for them: by subset, system and loss, each in a settled order."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from ..channels.axis import axis_named
from .channel_entry import ChannelEntry, Curve, channels_of
from .measures import ACCURACY, MEASURES, WER, Measure
from .run_folder import KEY, Run
from .statistics import Estimate, Scores, by_reader, difference, estimate, make_scores

OURS = "largesc"
REFERENCE = "identity"  # what goes in comes out: a bound, not a competitor
# A listener looks for the bound first, then for us; what is broken on purpose comes last.
KIND_ORDER = {REFERENCE: 0, OURS: 1, "silence": 3}
OTHER_KINDS = 2
LONG = 3  # values of a line that is drawn although its axis has a longer one


@dataclass(frozen=True)
class SystemEntry:
    """What is the same for a system at every loss.

    Attributes:
        label: in tables.
        kind: which codec.
        bit_rate: on the air, bit/s, everything counted; 0 if unknown.
        token_bit_rate: of the payload without headers, bit/s; None if nobody tells them apart.
        packet_seconds: of speech in a packet; None if unknown.
        latency_seconds: of the method; None if unknown.
        realtime_factor: time of encoding and decoding by duration of speech; None if unknown.
    """

    label: str
    kind: str
    bit_rate: float
    token_bit_rate: float | None
    packet_seconds: float | None
    latency_seconds: float | None
    realtime_factor: float | None


class Summary:
    """All results of some runs."""

    def __init__(self, runs: Sequence[Run]) -> None:
        """Joins rows; a result that two runs have counts once."""
        self.runs = list(runs)
        rows = pd.concat([run.rows for run in runs], ignore_index=True)
        self.problems = rows[rows["problem"] != ""]
        results = rows[rows["problem"] == ""]
        self.results = results.drop_duplicates(KEY, ignore_index=True)
        self.results["reader"] = readers_of(self.results)
        self._groups = dict(tuple(self.results.groupby(["subset", "system", "loss"], sort=False)))
        self._by_reader: dict[tuple[str, str, str, str], dict[str, float]] = {}
        self._estimates: dict[tuple[str, str, str, str, str], Estimate | None] = {}

    @cached_property
    def systems(self) -> list[SystemEntry]:
        """The bound, ours, peers by kind and bit rate."""
        entries = [
            _system_entry(str(label), rows)
            for label, rows in self.results.groupby("system", sort=True)
        ]
        return sorted(
            entries,
            key=lambda s: (KIND_ORDER.get(s.kind, OTHER_KINDS), s.kind, s.bit_rate, s.label),
        )

    @cached_property
    def references(self) -> list[str]:
        """Labels that the runs' experiments name to compare all others with, perhaps none."""
        named = [label for run in self.runs for label in run.told("experiment", "references") or []]
        return list(dict.fromkeys(map(str, named)))

    @cached_property
    def channels(self) -> list[ChannelEntry]:
        """All of them, no loss first."""
        return channels_of(self.results)

    @cached_property
    def subsets(self) -> list[str]:
        """Many readers with word errors, then one with them, items, others as in the experiment."""

        def order(subset: str) -> tuple[bool, int]:
            rows = self.results[self.results["subset"] == subset]
            ranks = [rank for rank, m in enumerate((WER, ACCURACY)) if len(m.counts(rows))]
            rank = ranks[-1] if ranks else 2
            return rank > 0 or rows["reader"].nunique() < 2, rank

        return sorted(map(str, self.results["subset"].unique()), key=order)

    def rows(self, subset: str, system: str, loss: str) -> pd.DataFrame:
        """Results of one cell of the matrix, perhaps none."""
        return self._groups.get((subset, system, loss), self.results.iloc[:0])

    def systems_of(self, subset: str) -> list[SystemEntry]:
        """Those with a result there."""
        return [
            s for s in self.systems if any(key[:2] == (subset, s.label) for key in self._groups)
        ]

    def channels_of(self, subset: str) -> list[ChannelEntry]:
        """Those with a result there."""
        labels = {key[2] for key in self._groups if key[0] == subset}
        return [channel for channel in self.channels if channel.label in labels]

    def losses_of(self, subset: str) -> list[str]:
        """Labels of the channels with a result there."""
        return [channel.label for channel in self.channels_of(subset)]

    def curves_of(self, subset: str) -> list[Curve]:
        """For every axis there, the line with most values, and all of three and more; in the order
        of channels."""
        lines = Counter(c.curve for c in self.channels_of(subset) if not c.is_lossless)
        longest = {
            axis: max((curve for curve in lines if curve.axis == axis), key=lines.__getitem__)
            for axis in dict.fromkeys(curve.axis for curve in lines)
        }
        return [
            curve
            for curve, values in lines.items()
            if curve.axis and (values >= LONG or curve == longest[curve.axis])
        ]

    def curve_title(self, subset: str, curve: Curve) -> str:
        """Its axis; where that has several lines, which one."""
        title = axis_named(curve.axis).title
        several = sum(other.axis == curve.axis for other in self.curves_of(subset)) > 1
        return f"{title} {curve.words}" if several else title

    def measures_of(self, subset: str, among: Sequence[Measure] = MEASURES) -> list[Measure]:
        """Those with a figure there."""
        rows = self.results[self.results["subset"] == subset]
        return [measure for measure in among if len(measure.counts(rows))]

    def scores(
        self, subset: str, system: str, loss: str, measure: Measure, reader: str = ""
    ) -> Scores:
        """What statistics need; of one reader if one is named."""
        rows = measure.counts(self.rows(subset, system, loss))
        if reader:
            rows = rows[rows["reader"] == reader]
        above = sum((rows[name].to_numpy(float) for name in measure.numerator if name in rows), 0.0)
        below = None
        if measure.denominator:
            below = rows[measure.denominator].to_numpy(float) if len(rows) else []
        above = above if len(rows) else []
        return make_scores(rows["file"], rows["seed"], above, below, rows["reader"])

    def estimate(
        self, subset: str, system: str, loss: str, measure: Measure, reader: str = ""
    ) -> Estimate | None:
        """A figure with its interval, of one reader if one is named; None without one."""
        key = (subset, system, loss, measure.name, reader)
        if key not in self._estimates:
            self._estimates[key] = estimate(self.scores(subset, system, loss, measure, reader))
        return self._estimates[key]

    def by_reader(self, subset: str, system: str, loss: str, measure: Measure) -> dict[str, float]:
        """The figure of every reader who has one."""
        key = (subset, system, loss, measure.name)
        if key not in self._by_reader:
            self._by_reader[key] = by_reader(self.scores(*key[:3], measure))
        return self._by_reader[key]

    def difference(
        self, subset: str, system: str, other: str, loss: str, measure: Measure
    ) -> Estimate | None:
        """A system's less another's at the same loss, on the files both have."""
        return difference(
            self.scores(subset, system, loss, measure), self.scores(subset, other, loss, measure)
        )


def ratio(rows: pd.DataFrame, above: tuple[str, ...], below: str) -> float | None:
    """Sum by sum over the rows that have all columns; None if there are none."""
    if any(column not in rows for column in (*above, below)):
        return None
    there = rows.dropna(subset=[*above, below])
    total = float(there[below].sum())
    return float(there[list(above)].to_numpy(float).sum()) / total if total > 0 else None


def readers_of(rows: pd.DataFrame) -> pd.Series:
    """Who speaks in each row; empty where nobody says."""
    if "reader" not in rows:
        return pd.Series("", index=rows.index, dtype=str)
    return rows["reader"].fillna("").astype(str)


def _system_entry(label: str, rows: pd.DataFrame) -> SystemEntry:
    return SystemEntry(
        label=label,
        kind=str(rows["kind"].iloc[0]),
        bit_rate=ratio(rows, ("bits",), "seconds") or 0.0,
        token_bit_rate=ratio(rows, ("token_bits",), "seconds"),
        packet_seconds=_mean(rows, "packet_seconds"),
        latency_seconds=_mean(rows, "latency_seconds"),
        realtime_factor=ratio(rows, ("encode_seconds", "decode_seconds"), "seconds"),
    )


def _mean(rows: pd.DataFrame, column: str) -> float | None:
    values = rows[column].dropna() if column in rows else rows.iloc[:0, 0]
    return float(values.mean()) if len(values) else None
