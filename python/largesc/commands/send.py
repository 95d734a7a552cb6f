# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``largesc send``: speech to a network, live."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console

from ..frame.tokens import Allocation
from .live_run import run_with_status, write_figures

if TYPE_CHECKING:
    from ..flowgraphs.live_link import live_sender

MICROPHONE = "-"


def send_command(
    source: Annotated[
        str, typer.Argument(metavar="IN", help="Speech: any audio file; - for the microphone.")
    ],
    to: Annotated[
        str, typer.Option(metavar="URL", help="udp://host:port, or zmq://*:port to publish at.")
    ],
    primary: Annotated[int, typer.Option(help="Tokens of the frame in its packet, 4..8.")] = 8,
    redundant: Annotated[int, typer.Option(help="Repeated tokens in a packet, 0..7.")] = 0,
    lag: Annotated[int, typer.Option(help="Frames between a token and its repetition.")] = 1,
    crc: Annotated[bool, typer.Option("--crc", help="Every packet ends in a CRC-16.")] = False,
    announce: Annotated[bool, typer.Option(help="Say every 2 s who is sending.")] = True,
    text: Annotated[str, typer.Option(help="Callsign or the like, at most 31 bytes.")] = "",
    session: Annotated[int, typer.Option(help="Number of this over; 0 draws one.")] = 0,
    device: Annotated[str, typer.Option(help="Sound card to record from.")] = "",
    checkpoint: Annotated[str, typer.Option(help="Model: a name or a folder.")] = "mini",
    speed: Annotated[float, typer.Option(help="Seconds of a file per second; for tests.")] = 1.0,
    report: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write the figures there.")
    ] = None,
) -> None:
    """Sends speech over UDP or ZeroMQ as it is spoken; ends with the file, or at Ctrl-C."""
    from ..flowgraphs.live_link import SenderSettings, live_sender

    console = Console(stderr=True)
    settings = SenderSettings(
        url=to,
        allocation=Allocation(primary, redundant, lag),
        crc=crc,
        announce=announce,
        session=session,
        text=text,
        checkpoint=checkpoint,
        speed=speed,
        device=device,
    )
    pcm = None if source == MICROPHONE else _read(Path(source), console)
    try:
        flowgraph = live_sender(settings, pcm)
    except RuntimeError as error:  # no sound card, no checkpoint
        raise OSError(str(error)) from error
    console.print(f"sending to {flowgraph.sink.url}", highlight=False, soft_wrap=True)
    run_with_status(flowgraph, lambda: _status(flowgraph), lambda: False, console)
    write_figures(report, {"url": flowgraph.sink.url} | flowgraph.counters())
    console.print(_status(flowgraph), highlight=False, soft_wrap=True)


def _read(path: Path, console: Console) -> NDArray[np.float32]:
    from ..audio.speech_file import read_speech

    speech = read_speech(path)
    for notice in speech.notices:
        console.print(f"{path.name}: {notice}", highlight=False, soft_wrap=True)
    return speech.pcm


def _status(flowgraph: "live_sender") -> str:
    counters = flowgraph.counters()
    network, encoder = counters["network"], counters["encoder"]
    parts = [f"{network.get('sent', 0)} packets sent, {network.get('bytes', 0)} bytes"]
    for count, what in (
        (network.get("unsent", 0), "the network did not take"),
        (encoder.get("dropped", 0), "frames dropped: the machine is too slow"),
        (encoder.get("errors", 0), "frames on which the model failed"),
    ):
        if count:
            parts.append(f"{count} {what}")
    return ", ".join(parts)
