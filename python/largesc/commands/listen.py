# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``largesc listen``: speech from a network, live."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from ..audio.audio_file_error import AudioFileError
from ..audio.input_file import STANDARD_INPUT
from ..audio.output_file import FORMATS
from ..speech_link.settings import ReceiverSettings
from .figures import FiguresOption, write_figures
from .link_options import naming_options, with_link_options
from .live_run import making, run_with_status, time_is_up
from .outputs import check_outputs
from .reception import reception_of, refusals, why_nothing
from .terminal import say, terminal

if TYPE_CHECKING:
    from ..flowgraphs.live_listener import ListeningPart

NOTHING_UNDERSTOOD = 1  # exit status


@with_link_options()
def listen_command(
    url: Annotated[
        str, typer.Argument(metavar="URL", help="udp://*:port to listen at, or zmq://host:port.")
    ],
    target: Annotated[
        Path | None, typer.Argument(metavar="OUT", help="WAV file; without: figures only.")
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
    report: FiguresOption = None,
    *,
    receiver: ReceiverSettings = ReceiverSettings(),
) -> None:
    """Plays speech that comes over UDP or ZeroMQ, or writes it to a file; ends at Ctrl-C.

    Exit status 1 if packets came and none could be understood.
    """
    from ..flowgraphs.live_listener import ListenSettings, live_listener

    if idle_exit is not None and not idle_exit > 0.0:
        raise ValueError(f"--idle-exit must be above 0, not {idle_exit}")
    is_late = time_is_up(duration)
    console = terminal(to_stderr=True)
    check_recording(target, [], report)
    with naming_options(["speed"]):
        settings = ListenSettings(url, output_of(target, play), receiver, speed, device)
    with making(console):
        flowgraph = live_listener(settings)
        listening = flowgraph.listening
    say(console, f"listening at {listening.source.url}")

    def is_over() -> bool:
        without = listening.source.seconds_without
        is_idle = idle_exit is not None and without is not None and without >= idle_exit
        return is_idle or is_late() or is_full(listening)

    run_with_status(flowgraph, lambda: listening_status(listening), is_over, console)
    write_figures(report, listening_figures(listening) | listening.counters())
    say(console, listening_status(listening))
    end_of_listening(listening, receiver, console)


def check_recording(target: Path | None, read: list[Path], report: Path | None) -> None:
    """Checks what a listener writes; it writes WAV alone.

    Raises:
        AudioFileError: see check_outputs; or the suffix is another format's.
    """
    if target == STANDARD_INPUT:
        raise AudioFileError(target, "cannot be written (a listener writes no pipe: name a file)")
    check_outputs(read=read, others=[target, report])
    if target is not None and FORMATS.get(target.suffix.lower(), "WAV") != "WAV":
        raise AudioFileError(target, "cannot be written (a listener writes WAV files)")


def output_of(target: Path | None, play: bool) -> str:
    """Where the speech goes, as speech_sink names it.

    Raises:
        ValueError: to two places.
    """
    from ..hier.speech_sink import NOWHERE

    if play and target is not None:
        raise ValueError("name a file or use --play, not both")
    return "" if play else NOWHERE if target is None else str(target.absolute())


def is_full(listening: "ListeningPart") -> bool:
    """The file cannot be written any more, for want of room say: there is no use in going on."""
    return bool(listening.output.write_error)


def listening_figures(listening: "ListeningPart") -> dict[str, Any]:
    """What ``--json`` writes, beside the counters of the blocks."""
    return {
        "url": listening.source.url,
        "announced": listening.announced_text(),
        "message": listening.message(),
        "seconds_played": listening.seconds_played(),
        "dropped": listening.dropped(),
        "refused": reception_of(listening.counters()).refused,
        "report": listening.report().as_dict(),
    }


def listening_status(listening: "ListeningPart") -> str:
    """Who sends, what came, what was refused and why, and what this machine cannot keep up with."""
    report = listening.report()
    parts = [
        listening.announced_text() or "nobody announced",
        *([f"“{listening.message()}”"] if listening.message() else []),
        f"{report.received} packets, {report.lost} lost, {report.late} late",
        f"now {100 * report.channel.loss_rate:.0f} %, bursts of {report.channel.mean_burst:.1f}",
        refusals(reception_of(listening.counters())),
    ]
    if listening.dropped():
        parts.append(f"{listening.dropped()} frames dropped: the machine is too slow")
    if listening.held():
        parts.append(f"{listening.held()} frames held: the model is too slow")
    return " | ".join(part for part in parts if part)


def end_of_listening(
    listening: "ListeningPart", receiver: ReceiverSettings, console: Console
) -> None:
    """Ends the command with status 1 and the reason if nothing could be understood.

    Raises:
        OSError: the file could not be written to the end.
    """
    if is_full(listening):
        raise OSError(listening.output.write_error)
    reason = why_nothing(reception_of(listening.counters()), receiver.check)
    if reason:
        say(console, f"largesc: {reason}")
        raise typer.Exit(NOTHING_UNDERSTOOD)
