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

from ..speech_link.settings import SenderSettings
from .figures import FiguresOption, write_figures
from .link_options import naming_options, with_link_options
from .live_run import making, run_with_status
from .outputs import check_outputs
from .terminal import say, say_notices, terminal

if TYPE_CHECKING:
    from ..flowgraphs.live_sender import SendingPart

MICROPHONE = "-"


@with_link_options()
def send_command(
    source: Annotated[
        str,
        typer.Argument(
            metavar="IN",
            help="Speech: any audio file; - for the microphone; /dev/stdin for a pipe.",
        ),
    ],
    to: Annotated[
        str, typer.Option(metavar="URL", help="udp://host:port, or zmq://*:port to publish at.")
    ],
    device: Annotated[str, typer.Option(help="Sound card to record from.")] = "",
    speed: Annotated[float, typer.Option(help="Seconds of a file per second; for tests.")] = 1.0,
    report: FiguresOption = None,
    *,
    sender: SenderSettings = SenderSettings(announce=True),
) -> None:
    """Sends speech over UDP or ZeroMQ as it is spoken; ends with the file, or at Ctrl-C."""
    from ..flowgraphs.live_sender import SendSettings, live_sender

    console = terminal(to_stderr=True)
    check_outputs(read=read_files(source), others=[report])
    with naming_options(["speed"]):
        settings = SendSettings(to, sender, speed, device)
    pcm = speech_to_send(source, console)
    with making(console):
        flowgraph = live_sender(settings, pcm)
        sending = flowgraph.sending
    say(console, f"sending to {sending.sink.url}")
    run_with_status(flowgraph, lambda: _status(sending), lambda: False, console)
    write_figures(report, {"url": sending.sink.url} | sending.counters())
    say(console, _status(sending))


def read_files(source: str) -> list[Path]:
    """Files that are read for a source; none for the microphone."""
    return [] if source == MICROPHONE else [Path(source)]


def speech_to_send(source: str, console: Console) -> NDArray[np.float32] | None:
    """Speech of a file, None for the microphone."""
    from ..audio.speech_file import read_speech

    if source == MICROPHONE:
        return None
    speech = read_speech(Path(source))
    say_notices(console, Path(source).name, speech.notices)
    return speech.pcm


def _status(sending: "SendingPart") -> str:
    counters = sending.counters()
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
