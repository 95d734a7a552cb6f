# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The work on a unit: one file through one system, with all losses; in a worker process."""

import io
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from ...corpus.utterance import SAMPLE_RATE, Utterance
from ..channels.loss_model import channel_seed
from ..systems.interface import SentSpeech, System, figures_of
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
        heard: FLACs of what was received, by the loss's label, if the unit is heard.
    """

    rows: list[Row]
    original: bytes = b""
    heard: dict[str, bytes] = field(default_factory=dict)


def run_unit(plan: Plan, unit: Unit) -> UnitResult:
    """Sends a file through a system, loses packets as each cell says, measures what arrives.

    Whatever fails in a system or a metric becomes a row with its problem and without figures.
    """
    base: Row = {
        "experiment": plan.experiment,
        "system": unit.system.label,
        "kind": unit.system.kind,
        "file": unit.utterance,
        "seconds": unit.seconds,
    }
    rows = [base | _of_cell(cell) | {"problem": ""} for cell in plan.cells]
    heard: dict[str, bytes] = {}
    original = b""
    try:
        utterance = _attempt("corpus", lambda: corpus_of(plan).load(unit.utterance))
        for row in rows:
            row.update(_of_utterance(utterance))
        original = flac(utterance.pcm) if unit.is_heard else b""
        link = _Link(_attempt("system", lambda: system_of(unit.system)), utterance)
        for cell, row in zip(plan.cells, rows, strict=True):
            received = _run_cell(plan, cell, link, row)
            is_first = cell.seed == next(c.seed for c in plan.cells if c.loss == cell.loss)
            if unit.is_heard and is_first and received is not None:
                heard[cell.loss.label] = flac(received)
    except Problem as problem:
        for row in rows:
            row["problem"] = row["problem"] or str(problem)
    return UnitResult(rows, original, heard)


def flac(pcm: Signal) -> bytes:
    """FLAC file of float32 ``[samples]`` at 24 kHz."""
    file = io.BytesIO()
    soundfile.write(file, np.clip(pcm, -1.0, 1.0), SAMPLE_RATE, format="FLAC", subtype="PCM_16")
    return file.getvalue()


@dataclass(frozen=True)
class _Received:
    """What arrived, CPU seconds of decoding, and columns that the system tells of it."""

    pcm: Signal
    seconds: float
    figures: Row


class _Link:
    """A system with one utterance: sent once, received as often as there are cells."""

    def __init__(self, system: System, utterance: Utterance) -> None:
        self.system = system
        self.utterance = utterance
        self.sent: SentSpeech
        self.sent, self.encode_seconds = _timed(
            lambda: _attempt("encoding", lambda: system.send(utterance.pcm))
        )
        nothing_lost = np.zeros(len(self.sent.packets), dtype=bool)
        self.without_loss = self.receive(nothing_lost)

    def receive(self, lost: NDArray[np.bool_]) -> _Received:
        """What arrives when these packets are lost."""
        received, seconds = _timed(
            lambda: _attempt("decoding", lambda: self.system.receive(self.sent, lost))
        )
        pcm = _checked(received, len(self.utterance.pcm))
        return _Received(pcm, seconds, figures_of(self.system))


def _run_cell(plan: Plan, cell: Cell, link: _Link, row: Row) -> Signal | None:
    """Fills the row of a cell; gives what was received, None if nothing usable was."""
    packets = link.sent.packets
    received: _Received | None = None
    row.update(
        packets=len(packets),
        bits=link.sent.bits,
        token_bits=link.sent.token_bits,
        packet_seconds=link.system.packet_seconds,
        latency_seconds=link.system.latency_seconds,
        encode_seconds=link.encode_seconds,
    )
    try:
        seed = channel_seed(cell.seed, link.utterance.name)
        lost = _attempt(
            "loss", lambda: cell.loss.pattern(len(packets), link.system.packet_seconds, seed)
        )
        row["lost"] = int(np.count_nonzero(lost))
        nothing_lost = cell.loss.process == "none"
        received = link.without_loss if nothing_lost else link.receive(lost)
        row.update(received.figures, decode_seconds=received.seconds)
        row.update(_figures(plan, link.utterance, received.pcm, link.without_loss.pcm))
    except Problem as problem:
        row["problem"] = str(problem)
    return None if received is None else received.pcm


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
        raise Problem(f"decoding: output of shape {pcm.shape} instead of ({samples},)")
    finite = np.isfinite(pcm)
    if not finite.all():
        raise Problem(f"decoding: {np.count_nonzero(~finite)} samples are not finite")
    return pcm


def _of_cell(cell: Cell) -> Row:
    return {"loss": cell.loss.label, "loss_rate": cell.loss.loss_rate, "seed": cell.seed}


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


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """Result, and the CPU time of this process: other processes on the machine do not count."""
    start = time.process_time()
    result = work()
    return result, time.process_time() - start
