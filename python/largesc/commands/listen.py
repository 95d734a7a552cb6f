# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``largesc listen``: speech from a network, live."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from ..speech_link.settings import ReceiverSettings
from .link_options import with_link_options
from .live_run import run_with_status, time_is_up, write_figures

if TYPE_CHECKING:
    from ..flowgraphs.live_listener import ListeningPart


@with_link_options()
def listen_command(
    url: Annotated[
        str, typer.Argument(metavar="URL", help="udp://*:port to listen at, or zmq://host:port.")
    ],
    target: Annotated[
        Path | None, typer.Argument(metavar="[OUT]", help="WAV file; without: figures only.")
    ] = None,
    play: Annotated[bool, typer.Option("--play", help="To the loudspeaker.")] = False,
    idle_exit: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="End so long after the last packet.")
    ] = None,
    duration: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="End after so long.")
    ] = None,
    device: Annotated[str, typer.Option(help="Sound card to play on.")] = "",
    speed: Annotated[float, typer.Option(help="The sender's; for tests.")] = 1.0,
    report: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write the figures there.")
    ] = None,
    *,
    receiver: ReceiverSettings = ReceiverSettings(),
) -> None:
    """Plays speech that comes over UDP or ZeroMQ, or writes it to a file; ends at Ctrl-C."""
    from ..flowgraphs.live_listener import ListenSettings, live_listener

    if idle_exit is not None and not idle_exit > 0.0:
        raise ValueError(f"--idle-exit must be above 0, not {idle_exit}")
    is_late = time_is_up(duration)
    console = Console(stderr=True)
    settings = ListenSettings(url, output_of(target, play), receiver, speed, device)
    try:
        flowgraph = live_listener(settings)
        listening = flowgraph.listening
    except RuntimeError as error:  # no sound card, no checkpoint, no file to write
        raise OSError(str(error)) from error
    console.print(f"listening at {listening.source.url}", highlight=False, soft_wrap=True)

    def is_over() -> bool:
        without = listening.source.seconds_without
        is_idle = idle_exit is not None and without is not None and without >= idle_exit
        return is_idle or is_late()

    run_with_status(flowgraph, lambda: listening_status(listening), is_over, console)
    write_figures(report, _figures(listening))
    console.print(listening_status(listening), highlight=False, soft_wrap=True)


def output_of(target: Path | None, play: bool) -> str:
    """Where the speech goes, as speech_sink names it.

    Raises:
        ValueError: to two places.
    """
    from ..hier.speech_sink import NOWHERE

    if play and target is not None:
        raise ValueError("name a file or use --play, not both")
    return "" if play else NOWHERE if target is None else str(target)


def _figures(listening: "ListeningPart") -> dict[str, Any]:
    return {
        "url": listening.source.url,
        "announced": listening.announced_text(),
        "seconds_played": listening.seconds_played(),
        "dropped": listening.dropped(),
        "report": listening.report().as_dict(),
    } | listening.counters()


def listening_status(listening: "ListeningPart") -> str:
    report, network = listening.report(), listening.source.counters()
    parts = [
        f"{listening.announced_text() or 'nobody announced'}",
        f"{report.received} packets, {report.lost} lost, {report.late} late",
        f"now {100 * report.channel.loss_rate:.0f} %, bursts of {report.channel.mean_burst:.1f}",
    ]
    refused = network.get("malformed", 0) + network.get("oversize", 0)
    if refused:
        parts.append(f"{refused} foreign")
    if listening.dropped():
        parts.append(f"{listening.dropped()} frames dropped: the machine is too slow")
    if listening.held():
        parts.append(f"{listening.held()} frames held: the model is too slow")
    return " | ".join(parts)
