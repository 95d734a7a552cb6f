# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What it takes to make a station's codecs and token model, and what the next ones take.

A sender and a receiver with recovery ``lora``, two stations in one process; beside it the same
with every model loaded from its files::

    python benchmarks/station_start.py [--repeats 3]
"""

import gc
import multiprocessing
import time
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Annotated, Any, NamedTuple
from unittest.mock import patch

import typer
from gnuradio import largesc
from gnuradio.largesc.codec.kept_models import KeptModels
from rich.console import Console
from rich.table import Table

PAGE = 4096  # bytes
STATIONS = 2


class Cost(NamedTuple):
    """Computing time (s) and memory (MiB) of a station."""

    seconds: float
    memory: float


def memory() -> float:
    """MiB of this process."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE / 2**20


def stations(shares: bool) -> list[Cost]:
    """Makes them, in this process."""
    made, costs = [], []
    with patch.object(KeptModels, "of", KeptModels.of if shares else _loaded):
        for _ in range(STATIONS):
            begun, before = time.process_time(), memory()
            made += [largesc.speech_transmitter("mini"), largesc.speech_receiver("mini", 1, "lora")]
            costs.append(Cost(time.process_time() - begun, memory() - before))
    return costs


def _loaded(kept: object, key: Hashable, load: Callable[[], Any]) -> Any:
    return load()


def main(repeats: Annotated[int, typer.Option(min=1, help="Processes for each row.")] = 3) -> None:
    """Prints the fastest of each."""
    table = Table("models", "station", "computing time (s)", "memory (MiB)")
    for shares, title in ((False, "loaded each time"), (True, "shared")):
        runs = []
        for _ in range(repeats):
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                runs.append(pool.apply(stations, (shares,)))
        for number, costs in enumerate(zip(*runs, strict=True)):
            best = min(costs)
            table.add_row(title, str(number + 1), f"{best.seconds:.2f}", f"{best.memory:.0f}")
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
