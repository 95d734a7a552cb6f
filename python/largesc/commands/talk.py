# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``largesc talk``: both ways over a network, live; each side learns how the other receives it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..frame.report import ChannelReport
from ..speech_link.settings import ReceiverSettings, SenderSettings
from .figures import FiguresOption, write_figures
from .link_options import naming_options, with_link_options
from .listen import (
    check_recording,
    end_of_listening,
    is_full,
    listening_figures,
    listening_status,
    output_of,
)
from .live_run import making, run_with_status, time_is_up
from .send import read_files, speech_to_send
from .terminal import say, terminal

if TYPE_CHECKING:
    from ..flowgraphs.live_station import live_station


@with_link_options("announce")
def talk_command(
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
    at: Annotated[
        str, typer.Option(metavar="URL", help="udp://*:port to listen at, or zmq://host:port.")
    ],
    target: Annotated[
        Path | None, typer.Argument(metavar="OUT", help="WAV file; without: figures only.")
    ] = None,
    play: Annotated[bool, typer.Option("--play", help="To the loudspeaker.")] = False,
    duration: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="End after so long.")
    ] = None,
    device: Annotated[str, typer.Option(help="Sound card to record from and to play on.")] = "",
    speed: Annotated[float, typer.Option(help="Of files, on both sides; for tests.")] = 1.0,
    report: FiguresOption = None,
    *,
    sender: SenderSettings = SenderSettings(announce=True),
    receiver: ReceiverSettings = ReceiverSettings(),
) -> None:
    """Sends and listens; says how each side is received; goes on listening until Ctrl-C.

    Exit status 1 if packets came and none could be understood.
    """
    from ..flowgraphs.live_listener import ListenSettings
    from ..flowgraphs.live_sender import SendSettings
    from ..flowgraphs.live_station import live_station

    console = terminal(to_stderr=True)
    is_late = time_is_up(duration)
    check_recording(target, read_files(source), report)
    with naming_options(["speed"]):
        sending = SendSettings(to, sender, speed, device)
        listening = ListenSettings(at, output_of(target, play), receiver, speed, device)
    pcm = speech_to_send(source, console)
    with making(console):
        station = live_station(sending, listening, pcm)
    there, here = station.sending.sink.url, station.listening.source.url
    say(console, f"sending to {there}, listening at {here}")

    def is_over() -> bool:
        return is_late() or is_full(station.listening)

    run_with_status(station, lambda: _status(station), is_over, console)
    write_figures(report, _figures(station))
    say(console, _status(station))
    end_of_listening(station.listening, receiver, console)


def _status(station: "live_station") -> str:
    return f"{listening_status(station.listening)} | {received_there(station.channel())}"


def received_there(channel: ChannelReport | None) -> str:
    """How the other side receives this one, in words."""
    if channel is None:
        return "no report from there yet"
    snr = "" if channel.snr is None else f", {channel.snr:.0f} dB"
    lost = f"{100 * channel.loss_rate:.0f} % lost{snr}"
    return f"there: {lost}, {channel.age * 0.08:.0f} s ago"


def _figures(station: "live_station") -> dict[str, Any]:
    channel = station.channel()
    return listening_figures(station.listening) | {
        "channel": None if channel is None else vars(channel),
        "sending": station.sending.counters(),
        "listening": station.listening.counters(),
    }
