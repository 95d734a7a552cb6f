# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``largesc receive``: speech from a radio."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..radio.radio_settings import RadioSettings
from ..speech_link.settings import ReceiverSettings
from .figures import FiguresOption, write_figures
from .link_options import with_link_options
from .listen import (
    end_of_listening,
    is_full,
    listening_figures,
    listening_status,
    output_of,
)
from .live_run import making, run_with_status, time_is_up
from .radio_options import RADIO_HELP, RECEIVER, check_files, files_read, receiving_status
from .terminal import say, terminal

if TYPE_CHECKING:
    from ..flowgraphs.radio_flowgraphs import ReceivingPart

RecordOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="SigMF recording of what is received, each packet annotated."
    ),
]


@with_link_options(
    "tx_gain", "amplitude", "duplex", "ptt", "ptt_lead", "ptt_tail", "ptt_limit", "check"
)
def receive_command(
    radio_name: Annotated[str, typer.Argument(metavar="RADIO", help=RADIO_HELP)],
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
    record: RecordOption = None,
    report: FiguresOption = None,
    *,
    receiver: ReceiverSettings = RECEIVER,
    radio: RadioSettings = RadioSettings(),
) -> None:
    """Plays speech that comes by a radio or from a SigMF recording; ends with it, or at Ctrl-C.

    Exit status 1 if packets came and none could be understood.
    """
    from ..flowgraphs.radio_flowgraphs import ReceiveSettings, radio_receiver

    if idle_exit is not None and not idle_exit > 0.0:
        raise ValueError(f"--idle-exit must be above 0, not {idle_exit}")
    is_late = time_is_up(duration)
    console = terminal(to_stderr=True)
    check_files(files_read(radio_name), target, record, report)
    settings = ReceiveSettings(
        radio_name, output_of(target, play), receiver, 1.0, device, radio, record
    )
    with making(console):
        flowgraph = radio_receiver(settings)
    listening = flowgraph.listening
    say(console, f"receiving by {radio_name}")

    def is_over() -> bool:
        without = listening.source.seconds_without
        is_idle = idle_exit is not None and without is not None and without >= idle_exit
        return is_idle or is_late() or is_full(listening)

    run_with_status(flowgraph, lambda: reception_status(listening), is_over, console)
    write_figures(report, listening_figures(listening) | signal_figures(listening))
    say(console, reception_status(listening))
    end_of_reception(listening, receiver, console)


def reception_status(listening: "ReceivingPart") -> str:
    """The signal, and what became of the packets in it."""
    return f"{receiving_status(listening)} | {listening_status(listening)}"


def signal_figures(listening: "ReceivingPart") -> dict[str, Any]:
    """What ``--json`` writes of the signal, and the counters of the blocks."""
    figures = {"snr": listening.snr(), "offset": listening.offset(), "fault": listening.fault()}
    return figures | listening.counters()


def end_of_reception(listening: "ReceivingPart", receiver: ReceiverSettings, console: Any) -> None:
    """Ends the command as ``listen`` does.

    Raises:
        OSError: a file could not be read or written to the end.
    """
    error = listening.source.read_error or listening.source.write_error
    if error:
        raise OSError(error)
    end_of_listening(listening, receiver, console)
