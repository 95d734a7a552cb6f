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

from ..frame.tokens import Allocation
from ..recovery.strategies.strategy_by_name import STRATEGIES
from .progress import speech_progress

if TYPE_CHECKING:
    from ..flowgraphs.simulation import SimulationResult, SimulationSettings


def simulate_command(
    source: Annotated[Path, typer.Argument(metavar="IN", help="Speech: any audio file.")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="Received speech: a WAV file.")],
    loss: Annotated[float, typer.Option(help="Probability that a packet is lost.")] = 0.0,
    primary: Annotated[int, typer.Option(help="Tokens of the frame in its packet, 4..8.")] = 8,
    redundant: Annotated[int, typer.Option(help="Repeated tokens in a packet, 0..7.")] = 0,
    lag: Annotated[int, typer.Option(help="Frames between a token and its repetition.")] = 1,
    lookahead: Annotated[int, typer.Option(help="Frames the receiver waits, 0..5.")] = 1,
    recovery: Annotated[
        str, typer.Option(help=f"What fills lost tokens: {', '.join(STRATEGIES)}.")
    ] = "hold",
    seed: Annotated[int, typer.Option(help="Of the channel: same seed, same output.")] = 0,
    checkpoint: Annotated[str, typer.Option(help="Model: a name or a folder.")] = "mini",
    channel: Annotated[
        str,
        typer.Option(
            help="Loss process: independent, gilbert, gilbert-elliott, bellcore or trace:FILE."
        ),
    ] = "independent",
    burst: Annotated[
        float | None,
        typer.Option(help="Mean burst in packets: gilbert, gilbert-elliott (stay in bad state)."),
    ] = None,
    record_trace: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write which packets were lost there.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write the figures there.")
    ] = None,
) -> None:
    """Sends speech through the real flowgraph with simulated packet loss.

    Runs as fast as the machine allows; the same seed gives the same output.
    """
    from ..audio.speech_file import read_speech, write_speech
    from ..flowgraphs.simulation import SimulationSettings

    console = Console(stderr=True)
    settings = SimulationSettings(
        loss_rate=loss,
        allocation=Allocation(primary, redundant, lag),
        look_ahead=lookahead,
        recovery=recovery,
        seed=seed,
        checkpoint=checkpoint,
        channel=channel,
        burst=burst,
        record_trace="" if record_trace is None else str(record_trace),
    )
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
    shown = {k: v for k, v in tokens.items() if k not in ("unsent", "silence")}
    sent = max(1, sum(shown.values()))
    return ", ".join(f"{k} {100 * v / sent:.1f} %" for k, v in shown.items())
