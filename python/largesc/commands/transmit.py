# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``largesc transmit``: speech to a radio."""

from typing import Annotated

import typer

from ..radio.radio_settings import RadioSettings
from ..speech_link.settings import SenderSettings
from .figures import FiguresOption, write_figures
from .link_options import with_link_options
from .live_run import making, run_with_status, time_is_up
from .outputs import check_outputs
from .radio_options import (
    RADIO_HELP,
    SENDER,
    KeyOption,
    ThresholdOption,
    checked_key,
    files_of,
    in_slots,
    sending_status,
    struck_by_enter,
)
from .send import read_files, speech_to_send
from .terminal import say, terminal

NOTHING_SENT = 1  # exit status


@with_link_options("rx_gain", "check")
def transmit_command(
    source: Annotated[
        str,
        typer.Argument(
            metavar="IN",
            help="Speech: any audio file; - for the microphone; /dev/stdin for a pipe.",
        ),
    ],
    to: Annotated[str, typer.Option(metavar="RADIO", help=RADIO_HELP)],
    device: Annotated[str, typer.Option(help="Sound card to record from.")] = "",
    duration: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="End after so long.")
    ] = None,
    key: KeyOption = "",
    threshold: ThresholdOption = -45.0,
    report: FiguresOption = None,
    *,
    sender: SenderSettings = SENDER,
    radio: RadioSettings = RadioSettings(),
) -> None:
    """Sends speech by a radio, or into a SigMF recording; ends with the file, or at Ctrl-C.

    Exit status 1 if Enter was to be its key and never came.
    """
    from ..flowgraphs.radio_flowgraphs import TransmitSettings, radio_transmitter

    console = terminal(to_stderr=True)
    is_late = time_is_up(duration)
    check_outputs(read=read_files(source), others=[report, *files_of(to)])
    keyed = checked_key(key, threshold, talks_by_voice=False)
    settings = TransmitSettings(to, in_slots(sender, radio), 1.0, device, radio, *keyed)
    pcm = speech_to_send(source, console)
    with making(console):
        flowgraph = radio_transmitter(settings, pcm)
    sending = flowgraph.sending
    say(console, f"sending to {to}")
    is_up_for_good = struck_by_enter(sending, console)

    def is_over() -> bool:
        return is_late() or bool(sending.write_error) or is_up_for_good()

    run_with_status(flowgraph, lambda: sending_status(sending), is_over, console)
    write_figures(report, {"radio": to} | sending.counters())
    say(console, sending_status(sending))
    if sending.write_error:
        raise OSError(sending.write_error)
    if is_up_for_good() and not sending.counters()["modulator"].get("packets", 0):
        say(console, "largesc: nothing was sent: standard input ended before a stroke of Enter")
        raise typer.Exit(NOTHING_SENT)
