# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``largesc simulate``: a file through the flowgraph with a simulated channel."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from ..speech_link.channel_settings import ChannelSettings
from ..speech_link.settings import ReceiverSettings, SenderSettings
from .link_options import with_link_options
from .progress import speech_progress

if TYPE_CHECKING:
    from ..flowgraphs.simulation import SimulationResult, SimulationSettings


@with_link_options("announce", "session", "text")
def simulate_command(
    source: Annotated[Path, typer.Argument(metavar="IN", help="Speech: any audio file.")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="Received speech: a WAV file.")],
    report: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write the figures there.")
    ] = None,
    *,
    sender: SenderSettings = SenderSettings(),
    receiver: ReceiverSettings = ReceiverSettings(),
    channel: ChannelSettings = ChannelSettings(),
) -> None:
    """Sends speech through the real flowgraph with simulated packet loss.

    Runs as fast as the machine allows; the same seed gives the same output.
    """
    from ..audio.speech_file import read_speech, write_speech
    from ..flowgraphs.simulation import SimulationSettings

    console = Console(stderr=True)
    settings = SimulationSettings(sender, receiver, channel)
    speech = read_speech(source)
    for notice in speech.notices:
        console.print(f"{source.name}: {notice}", highlight=False, soft_wrap=True)
    result = simulate_with_progress(speech.pcm, settings, "simulating", console)
    write_speech(target, result.pcm)
    if report is not None:
        report.write_text(json.dumps(result.report, indent=2) + "\n")
    console.print(report_table(result.report))
    if result.report["channel"]["record_error"]:
        raise OSError(result.report["channel"]["record_error"])


def simulate_with_progress(
    pcm: NDArray[np.float32], settings: "SimulationSettings", title: str, console: Console
) -> "SimulationResult":
    """Runs the simulation under a bar that counts seconds of speech."""
    from ..audio.speech_file import SAMPLE_RATE
    from ..flowgraphs.simulation import simulate

    seconds = len(pcm) / SAMPLE_RATE
    with speech_progress(title, seconds, console) as progress:
        return simulate(pcm, settings, progress)


def report_table(report: dict[str, Any]) -> Table:
    """The figures a person wants to see first."""
    table = Table(show_header=False, box=None)
    table.add_row("bits on the air", f"{report['packet_bps']:.0f} bit/s")
    table.add_row("of which tokens", f"{report['token_bps']:.0f} bit/s")
    table.add_row("packets", f"{report['packets_sent']}, lost {report['packets_lost']}")
    channel = report["channel"]
    table.add_row("channel", channel["process"])
    table.add_row(
        "lost by it",
        f"{100 * channel['loss_rate']:.1f} %, bursts of {channel['mean_burst']:.2f} packets, "
        f"longest {channel['longest_burst']}",
    )
    table.add_row("tokens", token_shares(report["tokens"]))
    table.add_row("latency of the method", f"{report['algorithmic_latency_ms']:.0f} ms")
    table.add_row("real-time factor", f"{report['realtime_factor']:.2f} (below 1 keeps up)")
    return table


def token_shares(tokens: dict[str, int]) -> str:
    """What became of the tokens that were sent, in percent."""
    shown = {k: v for k, v in tokens.items() if k not in ("unsent", "silence", "unknown")}
    sent = max(1, sum(shown.values()))
    return ", ".join(f"{k} {100 * v / sent:.1f} %" for k, v in shown.items())
