# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a full-duplex station keeps up: frames a second that it sends, and what that takes.

    python benchmarks/station_speed.py [--seconds 20]

``examples/radio_transceiver.grc`` as shipped, talking from a file, with the tests' own driver for
SoapySDR as its device; it hears nothing but noise. 12.5 frames a second are all. The baseline is
the same with the models' steps run operation by operation instead of as graphs
(docs/performance.md, "Beside the threads of a flowgraph").
"""

import multiprocessing
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import soundfile
import typer
from gnuradio.largesc.codec.traced_step import TracedStep
from gnuradio.largesc.codec.verification import RECORDING
from rich.console import Console
from rich.table import Table

sys.path.append(str(Path(__file__).parents[1] / "tests"))
from example_program import EXAMPLES, compile_example, flowgraph_class
from loopback_driver import loopback_device

SETTLE_S = 5.0
NOISE = 0.3


class Pace(NamedTuple):
    """Of a station: frames sent a second, processor seconds per second, and how often the device
    had nothing to send."""

    sent: float
    cores: float
    underruns: int


def run_station(
    answer: Connection, program: Path, values: dict[str, Any], plain: bool, seconds: float
) -> None:
    """In a process of its own: runs the flowgraph and says how it kept up."""
    if plain:
        TracedStep.record = lambda self, *inputs: None  # type: ignore[method-assign]
        TracedStep.__call__ = lambda self, *inputs: self._step(*inputs)  # type: ignore[method-assign]
    station = flowgraph_class(program)(**values)
    station.start()
    time.sleep(SETTLE_S)
    before, used, began = _counts(station), time.process_time(), time.monotonic()
    time.sleep(seconds)
    took = time.monotonic() - began
    cores = (time.process_time() - used) / took
    sent, underruns = np.subtract(_counts(station), before)
    answer.send(Pace(sent / took, cores, int(underruns)))
    station.stop()
    station.wait()


def _counts(station: Any) -> tuple[int, int]:
    packets = station.modulator.counters().get("packets", 0)
    return packets, station.sink.counters().get("underruns", 0)


def measure(folder: Path, plain: bool, seconds: float) -> Pace:
    """A station in a process of its own."""
    program = compile_example(EXAMPLES["radio_transceiver"], folder)
    spoken = folder / "spoken.wav"
    pcm, rate = soundfile.read(RECORDING)
    soundfile.write(spoken, np.resize(pcm, round(rate * (2 * SETTLE_S + seconds))), rate)
    values = {
        "device": loopback_device(folder / "ether", "1", noise=NOISE),
        "modem": "hf",
        "duplex": "full",
        "callsign": "TEST",
        "input_file": str(spoken),
        "output": str(folder / "heard.wav"),
    }
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    arguments = (there, program, values, plain, seconds)
    process = context.Process(target=run_station, args=arguments, daemon=True)
    process.start()
    pace: Pace = here.recv()
    process.join()
    return pace


def main(
    seconds: Annotated[float, typer.Option(min=1, help="Of each measurement.")] = 20.0,
) -> None:
    """Measures how many frames a second a station sends."""
    table = Table("steps", "frames sent/s", "cores", "times without samples")
    for name, plain in (("graphs", False), ("operation by operation", True)):
        with tempfile.TemporaryDirectory() as folder:
            pace = measure(Path(folder), plain, seconds)
        table.add_row(name, f"{pace.sent:.1f}", f"{pace.cores:.2f}", str(pace.underruns))
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
