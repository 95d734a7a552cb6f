# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Latency from microphone to loudspeaker through ``send`` and ``listen``, part by part.

    python benchmarks/latency.py [--profile NAME ...] [--json FILE] [--results FILE]

Two processes over UDP on this machine, a sound card made of software at either end that gives and
takes samples when a real one would, voiced onsets at irregular distances. Every profile is measured
with ``hold``, nothing lost, and with ``lora``, every tenth packet lost; Opus in the same harness is
the peer. docs/latency.md has the method.
"""

import json
import os
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from gnuradio import gr
from gnuradio.largesc.radio.link_profile import profile_names
from live_latency.codec_alone import codec_alone
from live_latency.delay_table import as_json, circumstances, rows, spread
from live_latency.document import CIRCUMSTANCES, document, draw
from live_latency.link_run import Case, Measured, measure
from rich.console import Console
from rich.table import Table

IMAGES = "images"


def cases(profiles: list[str]) -> list[Case]:
    """Every profile twice, and the peer."""
    found = []
    for name in profiles:
        found.append(Case(f"{name}, hold", name))
        found.append(Case(f"{name}, lora, 10 % lost", name, "lora", loses=True))
    return [*found, Case("Opus, 20 ms")]


def of_codec_alone(overs: int, onsets: int) -> str:
    """What the method finds where the delay is known."""
    delay, found = codec_alone(overs, onsets)
    return (
        f"The codec alone, frame by frame and without time, is {1000 * delay:.0f} ms late; its "
        f"onsets rise {spread(found)} ms late."
    )


def of_machine() -> str:
    """Processor and GNU Radio."""
    told = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(": ")[1] for line in told if line.startswith("model name")), "?")
    return f"{os.cpu_count()} cores ({model}), GNU Radio {gr.version()}."


def show(measured: list[Measured], console: Console) -> None:
    titles = [one.case.title for one in measured]
    tables = (["", "design", *titles], rows(measured)), (CIRCUMSTANCES, circumstances(measured))
    for head, cells in tables:
        table = Table(*head)
        for row in cells:
            table.add_row(*(cell.replace("**", "") for cell in row))
        console.print(table)


def main(
    profile: Annotated[list[str] | None, typer.Option(help="Only these; all without.")] = None,
    overs: Annotated[int, typer.Option(help="Times the key is pressed in each case.")] = 8,
    onsets: Annotated[int, typer.Option(help="In an over.")] = 4,
    figures: Annotated[Path | None, typer.Option("--json", help="Every onset.")] = None,
    results: Annotated[Path | None, typer.Option(help="Markdown, and a picture beside.")] = None,
) -> None:
    """Measures the latency of a live link, part by part."""
    console, measured = Console(width=200), []
    if results is not None:
        (results.parent / IMAGES).mkdir(parents=True, exist_ok=True)
    for path in (figures, results):
        if path is not None:
            path.touch()  # fails now or never
    with tempfile.TemporaryDirectory(prefix="largesc-") as folder:
        for case in cases(profile or profile_names()):
            measured.append(measure(case, overs, onsets, Path(folder)))
            console.print(f"{case.title}: {spread(o.whole for o in measured[-1].onsets)} ms")
    check = of_codec_alone(overs, onsets)
    show(measured, console)
    console.print(of_machine(), check)
    if figures is not None:
        figures.write_text(json.dumps(as_json(measured), indent=1) + "\n")
    if results is not None:
        name = f"{IMAGES}/{results.stem}.png"
        results.write_text(document(measured, of_machine(), check, name))
        draw(measured, results.parent / name)


if __name__ == "__main__":
    typer.run(main)
