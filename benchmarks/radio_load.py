# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a radio costs of a processor, and how long a half-duplex device takes to turn over.

    python benchmarks/radio_load.py [--rate 2e6 --rate 4e6] [--seconds 5] [--overs 10]

Through the tests' own driver for SoapySDR, which takes and gives samples when a device would; what
it costs itself is measured as well, by reading it without a modem, and taken off.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from gnuradio import blocks, gr, largesc, soapy
from rich.console import Console
from rich.table import Table

sys.path.append(str(Path(__file__).parents[1] / "tests"))
from loopback_driver import FREQUENCY, loopback_device
from pdu_flowgraph import packet_pdu, post

PACKET = bytes([2, 16, *range(11)])
SETTLE_S = 1.0


def load(build: Callable[[gr.top_block], Any], seconds: float) -> float:
    """Seconds of processor per second, of a flowgraph."""
    flowgraph = gr.top_block()
    kept = build(flowgraph)
    flowgraph.start()
    time.sleep(SETTLE_S)
    began, used = time.monotonic(), time.process_time()
    time.sleep(seconds)
    share = (time.process_time() - used) / (time.monotonic() - began)
    flowgraph.stop()
    flowgraph.wait()
    del kept
    return share


def receiver(device: str, rate: float) -> Callable[[gr.top_block], Any]:
    def build(flowgraph: gr.top_block) -> Any:
        source = largesc.radio_source(device, frequency=FREQUENCY, rate=rate)
        demodulator = largesc.packet_demodulator()
        flowgraph.connect(source, demodulator)
        return source, demodulator

    return build


def transmitter(device: str, rate: float, packets: int) -> Callable[[gr.top_block], Any]:
    def build(flowgraph: gr.top_block) -> Any:
        sink = largesc.radio_sink(device, frequency=FREQUENCY, rate=rate)
        modulator = largesc.packet_modulator(amplitude=0.5, live=True, max_queue=packets)
        flowgraph.connect(modulator, sink)
        post(modulator, "packets", [packet_pdu(PACKET)] * packets)
        return modulator, sink

    return build


def driver(device: str, rate: float, sends: bool) -> Callable[[gr.top_block], Any]:
    """The driver alone, as gr-soapy runs it."""

    def build(flowgraph: gr.top_block) -> Any:
        name, _, arguments = device.removeprefix("soapy:").partition(",")
        kind = soapy.sink if sends else soapy.source
        block = kind(name, "fc32", 1, arguments, "", [""], [""])
        block.set_sample_rate(0, rate)
        if sends:
            source = blocks.vector_source_c(np.ones(8192).tolist(), True)
            flowgraph.connect(source, block)
            return source, block
        sink = blocks.null_sink(gr.sizeof_gr_complex)
        flowgraph.connect(block, sink)
        return block, sink

    return build


def turnovers(device: str, overs: int) -> list[float]:
    """Milliseconds from key down to the first sample that the device asks for."""
    flowgraph = gr.top_block()
    values = {"frequency": FREQUENCY, "duplex": "half"}
    sink, source = largesc.radio_sink(device, **values), largesc.radio_source(device, **values)
    modulator, null = largesc.packet_modulator(live=True), blocks.null_sink(gr.sizeof_gr_complex)
    flowgraph.connect(modulator, sink)
    flowgraph.connect(source, null)
    flowgraph.start()
    for over in range(overs):
        post(modulator, "packets", [packet_pdu(PACKET)] * 3)
        while len(sink.station.turnovers) <= over:
            time.sleep(0.02)
        time.sleep(0.2)
    flowgraph.stop()
    flowgraph.wait()
    return [1000.0 * one for one in sink.station.turnovers]


def main(
    rate: Annotated[list[float] | None, typer.Option(help="Samples/s of the device.")] = None,
    seconds: Annotated[float, typer.Option(help="Of each measurement.")] = 5.0,
    overs: Annotated[int, typer.Option(help="Turn-overs.")] = 10,
) -> None:
    """Measures what a radio costs."""
    table = Table("samples/s", "receiving", "sending")
    packets = int((seconds + SETTLE_S) / 0.08) + 20
    with tempfile.TemporaryDirectory() as folder:
        device = loopback_device(Path(folder) / "ether", "1", lowest=200_000)
        for one in rate or [200e3, 2e6, 4e6]:
            shares = []
            for build, sends in (
                (receiver(device, one), False),
                (transmitter(device, one, packets), True),
            ):
                shares.append(load(build, seconds) - load(driver(device, one, sends), seconds))
            table.add_row(f"{one:.0f}", *(f"{100 * share:.0f} % of a core" for share in shares))
        taken = turnovers(loopback_device(Path(folder) / "other", "1", half=1), overs)
    console = Console()
    console.print(table)
    low, middle, high = np.percentile(taken, (5, 50, 95))
    console.print(f"turn-over: {middle:.0f} ms ({low:.0f} to {high:.0f}, {len(taken)} overs)")


if __name__ == "__main__":
    typer.run(main)
