# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``largesc tune`` and ``largesc meter``: to set levels, of what is sent and of what comes."""

import time
from typing import TYPE_CHECKING, Annotated

import typer

from ..radio.push_to_talk.opened_key import rig_meters
from ..radio.push_to_talk.rig_meters import RigMeters, meters_in_words
from ..radio.radio_settings import RadioSettings
from .figures import FiguresOption, write_figures
from .link_options import with_link_options
from .live_run import making, run_with_status, time_is_up
from .outputs import check_outputs
from .radio_options import RADIO_HELP, files_of, files_read
from .terminal import say, terminal

if TYPE_CHECKING:
    from ..flowgraphs.tuning import tuning_transmitter

LONGEST_S = 120.0
NO_LEVEL = 1  # exit status


@with_link_options("rx_gain")
def tune_command(
    radio_name: Annotated[str, typer.Argument(metavar="RADIO", help=RADIO_HELP)],
    signal: Annotated[
        str,
        typer.Option(
            metavar="[tone|two-tones|modem]",
            help="tone and two-tones are as loud as the modem's peaks, modem is the real thing.",
        ),
    ] = "tone",
    duration: Annotated[float, typer.Option(metavar="SECONDS", help="0.1..120.")] = 10.0,
    report: FiguresOption = None,
    *,
    radio: RadioSettings = RadioSettings(),
) -> None:
    """Sends a signal to set the transmitter's level by; shows the rig's ALC with rigctld."""
    from ..flowgraphs.tuning import tuning_transmitter

    if not 0.1 <= duration <= LONGEST_S:
        raise ValueError(f"--duration must be 0.1..{LONGEST_S:g}, not {duration}")
    console = terminal(to_stderr=True)
    check_outputs(others=[report, *files_of(radio_name)])
    with making(console):
        flowgraph = tuning_transmitter(radio_name, signal, duration, radio)
    say(console, f"sending {signal} by {radio_name} for {duration:g} s")
    shown = _Shown(flowgraph, rig_meters(radio.ptt))
    run_with_status(flowgraph, shown.line, lambda: False, console)
    station = flowgraph.sink.station
    if station.fault or station.write_error:
        raise OSError(station.fault or station.write_error)
    counters = flowgraph.key.counters()
    write_figures(report, {"radio": radio_name, "meters": shown.highest, "key": counters})
    say(console, shown.summary())
    if counters.get("failures"):
        say(console, f"{counters['failures']} failures of the key: see above")


class _Shown:
    """What the line of a running tuner says.

    Attributes:
        highest: of each meter of the rig.
    """

    def __init__(self, flowgraph: "tuning_transmitter", meters: RigMeters | None):
        self._flowgraph, self._meters = flowgraph, meters
        self.highest: dict[str, float] = {}

    def line(self) -> str:
        """How long it has been sending, whether the key is down, and the rig's meters."""
        parts = [
            f"{self._seconds():.1f} s",
            "key down" if self._flowgraph.key.is_down() else "key up",
        ]
        values = {} if self._meters is None else self._meters.read()
        for name, value in values.items():
            self.highest[name] = max(value, self.highest.get(name, value))
        return " | ".join([*parts, *([meters_in_words(values)] if values else [])])

    def summary(self) -> str:
        """At the end."""
        told = meters_in_words(self.highest)
        return f"sent for {self._seconds():.1f} s" + (f"; at most {told}" if told else "")

    def _seconds(self) -> float:
        signal = self._flowgraph.signal
        return signal.sent / self._flowgraph.sink.sample_rate


@with_link_options("tx_gain", "amplitude", "duplex", "ptt", "ptt_lead", "ptt_tail", "ptt_limit")
def meter_command(
    radio_name: Annotated[str, typer.Argument(metavar="RADIO", help=RADIO_HELP)],
    duration: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="End after so long.")
    ] = None,
    report: FiguresOption = None,
    *,
    radio: RadioSettings = RadioSettings(),
) -> None:
    """Shows how loud a radio's input is, before any filter, to set its gain by; ends at Ctrl-C.

    Exit status 1 if nothing came.
    """
    from ..flowgraphs.tuning import level_listener

    is_late = time_is_up(duration)
    console = terminal(to_stderr=True)
    check_outputs(read=files_read(radio_name), others=[report])
    with making(console):
        flowgraph = level_listener(radio_name, radio)
    say(console, f"listening to {radio_name}: peaks of -20 to -6 dBFS are right, none may clip")
    newest, looked = flowgraph.meter.read(), time.monotonic()

    def line() -> str:
        nonlocal newest, looked
        read = flowgraph.meter.read()
        if read is not None:
            newest, looked = read, time.monotonic()
        is_new = newest is not None and time.monotonic() - looked < 1.0
        return newest.line() if newest is not None and is_new else "nothing comes"

    try:
        run_with_status(flowgraph, line, is_late, console)
    finally:
        flowgraph.close()
    line()
    if flowgraph.front.read_error:
        raise OSError(flowgraph.front.read_error)
    if newest is None:
        say(console, "largesc: nothing came")
        raise typer.Exit(NO_LEVEL)
    write_figures(report, {"radio": radio_name} | newest._asdict())
    say(console, newest.line())
