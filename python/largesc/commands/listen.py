# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``largesc listen``: speech from a network, live."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from ..recovery.strategies.strategy_by_name import STRATEGIES
from .live_run import run_with_status, write_figures

if TYPE_CHECKING:
    from ..flowgraphs.live_link import live_listener


def listen_command(
    url: Annotated[
        str, typer.Argument(metavar="URL", help="udp://*:port to listen at, or zmq://host:port.")
    ],
    target: Annotated[
        Path | None, typer.Argument(metavar="[OUT]", help="WAV file; without: figures only.")
    ] = None,
    play: Annotated[bool, typer.Option("--play", help="To the loudspeaker.")] = False,
    lookahead: Annotated[int, typer.Option(help="Frames the receiver waits, 0..5.")] = 1,
    recovery: Annotated[
        str, typer.Option(help=f"What fills lost tokens: {', '.join(STRATEGIES)}.")
    ] = "hold",
    crc: Annotated[bool, typer.Option("--crc", help="Packets end in a CRC-16.")] = False,
    idle_exit: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="End so long after the last packet.")
    ] = None,
    duration: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="End after so long.")
    ] = None,
    device: Annotated[str, typer.Option(help="Sound card to play on.")] = "",
    checkpoint: Annotated[str, typer.Option(help="Model: a name or a folder.")] = "mini",
    speed: Annotated[float, typer.Option(help="The sender's; for tests.")] = 1.0,
    report: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write the figures there.")
    ] = None,
) -> None:
    """Plays speech that comes over UDP or ZeroMQ, or writes it to a file; ends at Ctrl-C."""
    from ..flowgraphs.live_link import ListenerSettings, live_listener
    from ..hier.speech_sink import NOWHERE

    if play and target is not None:
        raise ValueError("name a file or use --play, not both")
    for name, seconds in (("idle-exit", idle_exit), ("duration", duration)):
        if seconds is not None and not seconds > 0.0:
            raise ValueError(f"--{name} must be above 0, not {seconds}")
    console = Console(stderr=True)
    settings = ListenerSettings(
        url=url,
        output="" if play else NOWHERE if target is None else str(target),
        look_ahead=lookahead,
        recovery=recovery,
        crc=crc,
        checkpoint=checkpoint,
        speed=speed,
        device=device,
    )
    try:
        flowgraph = live_listener(settings)
    except RuntimeError as error:  # no sound card, no checkpoint, no file to write
        raise OSError(str(error)) from error
    console.print(f"listening at {flowgraph.source.url}", highlight=False, soft_wrap=True)
    is_over = _end_condition(flowgraph, idle_exit, duration)
    run_with_status(flowgraph, lambda: _status(flowgraph), is_over, console)
    write_figures(report, _figures(flowgraph))
    console.print(_status(flowgraph), highlight=False, soft_wrap=True)


def _end_condition(
    flowgraph: "live_listener", idle_exit: float | None, duration: float | None
) -> Callable[[], bool]:
    started = time.monotonic()

    def is_over() -> bool:
        if duration is not None and time.monotonic() - started >= duration:
            return True
        without = flowgraph.source.seconds_without
        return idle_exit is not None and without is not None and without >= idle_exit

    return is_over


def _figures(flowgraph: "live_listener") -> dict[str, Any]:
    return {
        "url": flowgraph.source.url,
        "heard": flowgraph.heard(),
        "seconds_played": flowgraph.seconds_played(),
        "dropped": flowgraph.dropped(),
        "channel_state": flowgraph.channel_state()._asdict(),
    } | flowgraph.counters()


def _status(flowgraph: "live_listener") -> str:
    state, network = flowgraph.channel_state(), flowgraph.source.counters()
    parts = [
        f"{flowgraph.heard() or 'nobody announced'}",
        f"{state.received} packets, {state.lost} lost, {state.late} late",
        f"now {100 * state.loss_rate:.0f} %, bursts of {state.mean_burst:.1f}",
    ]
    refused = network.get("malformed", 0) + network.get("oversize", 0)
    if refused:
        parts.append(f"{refused} foreign")
    if flowgraph.dropped():
        parts.append(f"{flowgraph.dropped()} frames dropped: the machine is too slow")
    if flowgraph.held():
        parts.append(f"{flowgraph.held()} frames held: the model is too slow")
    return " | ".join(parts)
