# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Delays of many onsets as a table: medians and 95th percentiles, beside what the design allows."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np

from .link_run import Measured
from .onset_delays import PARTS, Onset
from .radio_parts import RADIO_PARTS

DEFAULT_LIMIT_MS = 460
# The design's rows, its milliseconds for them, and which parts they are made of.
DESIGN: dict[str, tuple[str, tuple[str, ...]]] = {
    "framing": ("80", ("framing",)),
    "encode, control, packetize": ("≤ 40", ("microphone", "encode", "packetize")),
    "airtime of a slot, modem": ("≤ 100", ("network",)),
    "look-ahead": ("80 each", ("look-ahead",)),
    "waiting beyond it": ("", ("slack",)),
    "depacketize, recover, decode": ("≤ 60", ("recover", "decode", "codec")),
    "audio buffers": ("≤ 60", ("buffers",)),
}


class Spread(NamedTuple):
    """Milliseconds."""

    median: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.0f} / {self.high:.0f}"


def spread(values: Iterable[float]) -> Spread:
    """Median and 95th percentile of seconds."""
    ms = 1000.0 * np.array(list(values))
    return Spread(*map(float, np.percentile(ms, (50, 95)))) if len(ms) else Spread(np.nan, np.nan)


def rows(measured: list[Measured]) -> list[list[str]]:
    """Cells of the table: a row of the design, its milliseconds, and each case's."""
    table = []
    for name, (allowed, parts) in DESIGN.items():
        table.append([f"**{name}**", allowed, *_cells(measured, _sum_of(parts))])
        if len(parts) > 1:
            table += [[f"– {part}", "", *_cells(measured, _sum_of((part,)))] for part in parts]
        if "network" in parts and any(onset.radio for one in measured for onset in one.onsets):
            table += [[f"– {part}", "", *_radio_cells(measured, part)] for part in RADIO_PARTS]
    table.append(["**sum of the parts**", "", *_cells(measured, _sum_of(PARTS))])
    table.append(["**from end to end**", "", *_cells(measured, lambda onset: onset.whole)])
    return table


def _sum_of(parts: Iterable[str]) -> Callable[[Onset], float]:
    return lambda onset: sum(onset.parts[part] for part in parts)


def _cells(measured: list[Measured], value: Callable[[Onset], float]) -> list[str]:
    cells = []
    for one in measured:
        onsets = [onset for onset in one.onsets if onset.parts or not one.case.profile]
        try:
            cells.append(str(spread(map(value, onsets))) if onsets else "–")
        except KeyError:  # the peer has no parts
            cells.append("")
    return cells


def _radio_cells(measured: list[Measured], part: str) -> list[str]:
    found = [[onset.radio[part] for onset in one.onsets if onset.radio] for one in measured]
    return [str(spread(values)) if values else "" for values in found]


def circumstances(measured: list[Measured]) -> list[list[str]]:
    """Cells of a second table: how many onsets each case had, and what else happened."""
    return [
        [
            one.case.title,
            str(len(one.onsets)),
            str(one.missed),
            f"{1000 * one.card_seconds:.0f} ms",
            str(one.underruns),
            str(_count(one, "decoder", "repeated", "skipped", "forced")),
            str(_count(one, "recovery", "held")),
            f"{one.load[0]:.1f}, {one.load[1]:.1f}",
        ]
        for one in measured
    ]


def _count(one: Measured, block: str, *names: str) -> int:
    counters: dict[str, Any] = one.counters.get(block, {})
    return sum(counters.get(name, 0) for name in names)


def as_json(measured: list[Measured]) -> list[dict[str, Any]]:
    """All onsets, s."""
    return [
        one._asdict() | {"case": one.case._asdict(), "onsets": [o._asdict() for o in one.onsets]}
        for one in measured
    ]
