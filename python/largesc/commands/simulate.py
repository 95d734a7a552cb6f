# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``largesc simulate``: a file through the flowgraph with a simulated channel."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console

from ..speech_link.channel_settings import TRACE, ChannelSettings
from ..speech_link.settings import ReceiverSettings, SenderSettings
from .figures import FiguresOption, write_figures
from .link_options import with_link_options
from .outputs import check_outputs
from .progress import speech_progress
from .terminal import FoldingTable, pairs_table, say_notices, terminal

if TYPE_CHECKING:
    from ..flowgraphs.simulation import SimulationResult, SimulationSettings


@with_link_options("announce", "session", "text")
def simulate_command(
    source: Annotated[Path, typer.Argument(metavar="IN", help="Speech: any audio file.")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="Received speech: a WAV file.")],
    report: FiguresOption = None,
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

    console = terminal(to_stderr=True)
    settings = SimulationSettings(sender, receiver, channel)
    record = Path(channel.record_trace) if channel.record_trace else None
    check_outputs(read=[source, _trace(channel)], sounds=[target], others=[report, record])
    speech = read_speech(source)
    say_notices(console, source.name, speech.notices)
    result = simulate_with_progress(speech.pcm, settings, "simulating", console)
    write_speech(target, result.pcm)
    write_figures(report, result.report)
    console.print(report_table(result.report))
    if result.report["channel"]["record_error"]:
        raise OSError(result.report["channel"]["record_error"])


def _trace(channel: ChannelSettings) -> Path | None:
    """The file that losses are read from."""
    is_trace = channel.process.startswith(TRACE)
    return Path(channel.process.removeprefix(TRACE)) if is_trace else None


def simulate_with_progress(
    pcm: NDArray[np.float32], settings: "SimulationSettings", title: str, console: Console
) -> "SimulationResult":
    """Runs the simulation under a bar that counts seconds of speech."""
    from ..audio.speech_file import SAMPLE_RATE
    from ..flowgraphs.simulation import simulate

    seconds = len(pcm) / SAMPLE_RATE
    with speech_progress(title, seconds, console) as progress:
        return simulate(pcm, settings, progress)


def report_table(report: dict[str, Any]) -> FoldingTable:
    """The figures a person wants to see first."""
    channel = report["channel"]
    return pairs_table(
        {
            "bits on the air": f"{report['packet_bps']:.0f} bit/s",
            "of which tokens": f"{report['token_bps']:.0f} bit/s",
            "packets": f"{report['packets_sent']}, lost {report['packets_lost']}",
            "channel": channel["process"],
            "lost by it": f"{100 * channel['loss_rate']:.1f} %, bursts of "
            f"{channel['mean_burst']:.2f} packets, longest {channel['longest_burst']}",
            "tokens": token_shares(report["tokens"]),
            "latency of the method": f"{report['algorithmic_latency_ms']:.0f} ms",
            "real-time factor": f"{report['realtime_factor']:.2f} (below 1 keeps up)",
        }
    )


def token_shares(tokens: dict[str, int]) -> str:
    """What became of the tokens that were sent, in percent."""
    shown = {k: v for k, v in tokens.items() if k not in ("unsent", "silence", "unknown")}
    sent = max(1, sum(shown.values()))
    return ", ".join(f"{k} {100 * v / sent:.1f} %" for k, v in shown.items())
