# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The work on a unit: one file through one system, over all channels; in a worker process."""

import io
import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from ...corpus.utterance import SAMPLE_RATE, Utterance
from ..channels.interface import Channel, channel_seed
from ..channels.lossless import LosslessChannel
from ..systems.interface import Outcome, System
from .matrix import Cell, Plan, Unit
from .process_parts import corpus_of, metric_of, system_of
from .rows import Row

Signal = NDArray[np.float32]


class Problem(RuntimeError):
    """There are no figures; the message says why."""


@dataclass(frozen=True)
class UnitResult:
    """What came of a unit.

    Attributes:
        rows: one for every cell.
        original: FLAC of the speech, if the unit is heard.
        heard: FLACs of what was received, by the channel's label, if the unit is heard.
    """

    rows: list[Row]
    original: bytes = b""
    heard: dict[str, bytes] = field(default_factory=dict)


def run_unit(plan: Plan, unit: Unit) -> UnitResult:
    """Sends a file through a system over the channel of each cell, measures what arrives.

    Whatever fails in a system or a metric becomes a row with its problem and without figures.
    """
    base: Row = {
        "experiment": plan.experiment,
        "system": unit.system.label,
        "kind": unit.system.kind,
        "file": unit.utterance,
        "seconds": unit.seconds,
    }
    rows = [
        base | cell.channel.columns() | {"seed": cell.seed, "problem": ""} for cell in plan.cells
    ]
    heard: dict[str, bytes] = {}
    original = b""
    try:
        utterance = _attempt("corpus", lambda: corpus_of(plan).load(unit.utterance))
        for row in rows:
            row.update(_of_utterance(utterance))
        original = flac(utterance.pcm) if unit.is_heard else b""
        system = _attempt("system", lambda: system_of(unit.system))
        for row in rows:
            row.update(packet_seconds=system.packet_seconds, latency_seconds=system.latency_seconds)
        link = _attempt("running", lambda: _Link(system, utterance))
        for cell, row in zip(plan.cells, rows, strict=True):
            received = _run_cell(plan, cell, link, row)
            is_first = cell.seed == next(c.seed for c in plan.cells if c.channel == cell.channel)
            if unit.is_heard and is_first and received is not None:
                heard[cell.channel.label] = flac(received)
    except Problem as problem:
        for row in rows:
            row["problem"] = row["problem"] or str(problem)
    return UnitResult(rows, original, heard)


def flac(pcm: Signal) -> bytes:
    """FLAC file of float32 ``[samples]`` at 24 kHz."""
    file = io.BytesIO()
    soundfile.write(file, np.clip(pcm, -1.0, 1.0), SAMPLE_RATE, format="FLAC", subtype="PCM_16")
    return file.getvalue()


class _Link:
    """A system with one utterance: what every channel makes of it."""

    def __init__(self, system: System, utterance: Utterance) -> None:
        self.system = system
        self.utterance = utterance
        self.without_loss = self._run(LosslessChannel(), LosslessChannel())

    def run(self, cell: Cell) -> Outcome:
        """What arrives over the channel of a cell; its reports go back over another like it."""
        if cell.channel.is_lossless:
            return self.without_loss
        channels = []
        for way in ("", "backward"):
            channel = cell.channel.build(self.system.packet_seconds)
            channel.reset(channel_seed(cell.seed, self.utterance.name, way))
            channels.append(channel)
        return self._run(*channels)

    def _run(self, forward: Channel, backward: Channel) -> Outcome:
        outcome = self.system.run(self.utterance.pcm, forward, backward)
        return replace(outcome, pcm=_checked(outcome.pcm, len(self.utterance.pcm)))


def _run_cell(plan: Plan, cell: Cell, link: _Link, row: Row) -> Signal | None:
    """Fills the row of a cell; gives what was received, None if nothing usable was."""
    outcome: Outcome | None = None
    try:
        outcome = _attempt("running", lambda: link.run(cell))
        row.update(_of_outcome(outcome))
        row.update(_figures(plan, link.utterance, outcome.pcm, link.without_loss.pcm))
    except Problem as problem:
        row["problem"] = str(problem)
    return None if outcome is None else outcome.pcm


def _figures(plan: Plan, utterance: Utterance, received: Signal, without_loss: Signal) -> Row:
    figures: Row = {}
    for name, build in plan.metrics.items():
        # Copies: a metric that works in place must not spoil what the next one hears.
        signals = received.copy(), without_loss.copy()
        metric = _attempt(f"metric {name}", partial(metric_of, name, build))
        scores = _attempt(f"metric {name}", partial(metric.score, utterance, *signals))
        for column, value in scores.items():
            if isinstance(value, float) and not math.isfinite(value):
                raise Problem(f"metric {name}: {column} is {value}")
        figures |= scores
    return figures


def _checked(received: Any, samples: int) -> Signal:
    pcm = np.asarray(received, dtype=np.float32)
    if pcm.shape != (samples,):
        raise ValueError(f"output of shape {pcm.shape} instead of ({samples},)")
    finite = np.isfinite(pcm)
    if not finite.all():
        raise ValueError(f"{np.count_nonzero(~finite)} samples are not finite")
    return pcm


def _of_outcome(outcome: Outcome) -> Row:
    names = ("packets", "lost", "bits", "token_bits", "encode_seconds", "decode_seconds")
    return {name: getattr(outcome, name) for name in names} | dict(outcome.figures)


def _of_utterance(utterance: Utterance) -> Row:
    return {
        "subset": utterance.subset,
        "reader": utterance.reader,
        "language": utterance.language,
        "text": utterance.text,
        "seconds": utterance.seconds,
    }


def _attempt(what: str, work: Callable[[], Any]) -> Any:
    """Result of the work; whatever it raises is a problem of the row, not of the run."""
    try:
        return work()
    except Exception as error:
        words = " ".join(str(error).split())[:500]
        name = "" if isinstance(error, ValueError) else f"{type(error).__name__}: "
        raise Problem(f"{what}: {name}{words}") from error
