# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``largesc transceive``: both ways by radio; each side learns how the other receives it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..radio.radio_settings import RadioSettings
from ..speech_link.settings import ReceiverSettings, SenderSettings
from .figures import FiguresOption, write_figures
from .link_options import with_link_options
from .listen import is_full, listening_figures, output_of
from .live_run import making, run_with_status, time_is_up
from .radio_options import (
    RADIO_HELP,
    RECEIVER,
    SENDER,
    KeyOption,
    ThresholdOption,
    check_files,
    checked_key,
    files_of,
    files_read,
    in_slots,
    sending_status,
    struck_by_enter,
)
from .receive import RecordOption, end_of_reception, reception_status, signal_figures
from .send import MICROPHONE, read_files, speech_to_send
from .talk import received_there
from .terminal import say, terminal

if TYPE_CHECKING:
    from ..flowgraphs.radio_flowgraphs import radio_transceiver


@with_link_options("announce", "check")
def transceive_command(
    source: Annotated[
        str,
        typer.Argument(
            metavar="IN",
            help="Speech: any audio file; - for the microphone; /dev/stdin for a pipe.",
        ),
    ],
    at: Annotated[str, typer.Option(metavar="RADIO", help=RADIO_HELP)],
    target: Annotated[
        Path | None, typer.Argument(metavar="OUT", help="WAV file; without: figures only.")
    ] = None,
    to: Annotated[
        str, typer.Option(metavar="RADIO", help="Another one to send by; without: the same.")
    ] = "",
    play: Annotated[bool, typer.Option("--play", help="To the loudspeaker.")] = False,
    duration: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="End after so long.")
    ] = None,
    device: Annotated[str, typer.Option(help="Sound card to record from and to play on.")] = "",
    record: RecordOption = None,
    key: KeyOption = "",
    threshold: ThresholdOption = -45.0,
    report: FiguresOption = None,
    *,
    sender: SenderSettings = SENDER,
    receiver: ReceiverSettings = RECEIVER,
    radio: RadioSettings = RadioSettings(),
) -> None:
    """Sends and receives by radio; says how each side is received; goes on until Ctrl-C.

    A device that cannot do both at once (--duplex half), or a transceiver with a key (--ptt),
    receives whenever it does not send. Exit status 1 if packets came and none could be understood.
    """
    from ..flowgraphs.radio_flowgraphs import (
        ReceiveSettings,
        TransmitSettings,
        radio_transceiver,
    )
    from ..radio.radio_station import in_both_directions, is_half_duplex

    console = terminal(to_stderr=True)
    is_late = time_is_up(duration)
    sent = files_of(to) if to else []
    check_files([*read_files(source), *files_read(at)], target, record, report, sent)
    if to in ("", at):
        radio = in_both_directions(radio)
    is_half = is_half_duplex(to or at, radio)
    keyed = checked_key(key, threshold, talks_by_voice=is_half and source == MICROPHONE)
    output = output_of(target, play)
    sending = TransmitSettings(to or at, in_slots(sender, radio), 1.0, device, radio, *keyed)
    listening = ReceiveSettings(at, output, receiver, 1.0, device, radio, record)
    pcm = speech_to_send(source, console)
    with making(console):
        station = radio_transceiver(sending, listening, pcm)
    say(console, f"sending by {to or at}, receiving by {at}")

    def is_over() -> bool:
        return is_late() or is_full(station.listening) or bool(station.sending.write_error)

    struck_by_enter(station.sending, console)
    run_with_status(station, lambda: _status(station), is_over, console)
    write_figures(report, _figures(station))
    say(console, _status(station))
    if station.sending.write_error:
        raise OSError(station.sending.write_error)
    end_of_reception(station.listening, receiver, console)


def _status(station: "radio_transceiver") -> str:
    here, there = reception_status(station.listening), received_there(station.channel())
    return f"{sending_status(station.sending)} | {here} | {there}"


def _figures(station: "radio_transceiver") -> dict[str, Any]:
    channel = station.channel()
    own = listening_figures(station.listening) | signal_figures(station.listening)
    turnovers = station.sending.sink.radio.station.turnovers
    return own | {
        "channel": None if channel is None else vars(channel),
        "turnover_ms": [round(1000.0 * one, 1) for one in turnovers],
        "sending": station.sending.counters(),
    }
