# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of a small experiment with the fakes, for tests of runs."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from distributed import LocalCluster
from evaluation_fakes import FAKES
from gnuradio.largesc.evaluation.run.components import Components
from gnuradio.largesc.evaluation.run.experiment_file import load_experiment
from gnuradio.largesc.evaluation.run.matrix import Unit
from gnuradio.largesc.evaluation.run.runner import RunOutcome, run_experiment

EXPERIMENT = """\
name: try
systems: [{kind: samples}, {kind: samples, gain: 0.5}]
losses:
  - process: none
  - {process: independent, loss_rate: 0.4}
  - {process: gilbert, loss_rate: 0.3, burst_ms: 240}
seeds: [1, 2]
metrics: [distance, loudness]
"""
TIMES = ("encode_seconds", "decode_seconds")
Rows = list[dict[str, Any]]


class Watch:
    """Remembers what it is told."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.kept = 0

    def planned(self, pending: Sequence[Unit], kept: int, absent: dict[str, str]) -> None:
        self.kept = kept

    def finished(self, unit: Unit, problems: Sequence[str]) -> None:
        self.done.append(f"{unit.system.label} {unit.utterance}")


Run = Callable[..., tuple[RunOutcome, Watch]]


@contextmanager
def one_worker() -> Iterator[Run]:
    """Runs experiments on one worker that is a thread of this process: it starts at once."""
    with LocalCluster(
        n_workers=1,
        threads_per_worker=1,
        processes=False,
        dashboard_address=None,
        scheduler_kwargs={"dashboard_address": ":0"},
    ) as cluster:
        yield partial(run_with, scheduler=cluster.scheduler_address)


def run_with(
    out: Path, text: str = EXPERIMENT, components: Components = FAKES, **options: Any
) -> tuple[RunOutcome, Watch]:
    source = out.parent / "source.yaml"
    source.write_text(text)
    file = load_experiment(str(source), components)
    watch = Watch()
    return run_experiment(file, components, out, watch, **options), watch


def rows_in(out: Path) -> Rows:
    return pq.read_table(out / "rows.parquet").to_pylist()


def without_times(rows: Rows) -> Rows:
    return [
        {k: v for k, v in row.items() if k not in TIMES and v is not None}
        for row in rows
        if row["system"]
    ]
