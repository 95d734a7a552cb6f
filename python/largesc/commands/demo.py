# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``largesc demo``: hear and see what a link that loses 30 % of its packets does to speech."""

from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console

from ..audio.demo_page import PAGE, lost_packets, write_page
from ..audio.output_file import naming
from ..speech_link.channel_settings import ChannelSettings
from ..speech_link.settings import ReceiverSettings, SenderSettings
from .link_options import naming_options
from .outputs import make_folder
from .simulate import simulate_with_progress
from .terminal import FoldingTable, say, say_notices, terminal

PROMPTS = Path("/usr/share/asterisk/sounds/en_US_f_Allison")
PROMPT_NAMES = ("dir-intro", "ss-noservice", "demo-thanks")
LOSS_RATE = 0.3
# Of the first few that lose 30 % of the default prompts' packets too, not only on average.
SEED = 4
SHOWN_SECONDS = 8  # of the spectrograms; more would blur harmonics


BARE = SenderSettings(n_primary=4)
REPEATING = SenderSettings(n_primary=4, n_redundant=4)


class Run(NamedTuple):
    """One way to send the speech."""

    file: str
    title: str
    loss_rate: float
    sender: SenderSettings
    recovery: str = "hold"


RUNS = (
    Run("received-no-loss", "received, no loss", 0.0, BARE),
    Run("received-without-redundancy", "30 % loss, last frame held", LOSS_RATE, BARE),
    Run("received-by-model", "30 % loss, token model", LOSS_RATE, BARE, "lora"),
    Run("received-with-redundancy", "30 % loss, redundancy, last frame held", LOSS_RATE, REPEATING),
    Run(
        "received-with-both",
        "30 % loss, redundancy, token model",
        LOSS_RATE,
        REPEATING,
        "lora",
    ),
)

ORIGINAL, TOKENS, SPECTROGRAMS = "original.wav", "tokens.png", "spectrograms.png"
FILES = (PAGE, ORIGINAL, TOKENS, SPECTROGRAMS, *(f"{run.file}.wav" for run in RUNS))


def demo_command(
    source: Annotated[
        Path | None, typer.Argument(metavar="WAV", help="Speech; default: Asterisk's prompts.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for sound, pictures and page.")] = Path(
        "demo-out"
    ),
    seed: Annotated[int, typer.Option(help="Of the channel.")] = SEED,
) -> None:
    """Sends speech over a link that loses 30 % of its packets; leaves a page that plays it."""
    from ..audio.pictures import draw_spectrograms, draw_token_origins
    from ..audio.speech_file import SAMPLE_RATE, write_speech
    from ..flowgraphs.simulation import SimulationSettings

    console = terminal()
    with naming_options(["seed"]):
        channels = {rate: ChannelSettings(loss_rate=rate, seed=seed) for rate in (0.0, LOSS_RATE)}
    pcm = _speech(source, console)
    make_folder(out, FILES, read=[source])
    write_speech(out / ORIGINAL, pcm)
    results = {}
    for run in RUNS:
        settings = SimulationSettings(
            run.sender,
            ReceiverSettings(recovery=run.recovery),
            channels[run.loss_rate],
        )
        results[run] = simulate_with_progress(pcm, settings, run.title, console)
        write_speech(out / f"{run.file}.wav", results[run].pcm)
    with naming(out / TOKENS):
        draw_token_origins(out / TOKENS, {r.title: x.origins for r, x in results.items()})
    signals = {"original": pcm} | {run.title: result.pcm for run, result in results.items()}
    shown = {title: signal[: SHOWN_SECONDS * SAMPLE_RATE] for title, signal in signals.items()}
    with naming(out / SPECTROGRAMS):
        draw_spectrograms(out / SPECTROGRAMS, shown)
    reports = {run.title: result.report for run, result in results.items()}
    files = {"original": ORIGINAL} | {run.title: f"{run.file}.wav" for run in RUNS}
    with naming(out):
        page = write_page(out, files, reports)
    console.print(_table(reports))
    say(console, f"Listen and look: {page}")


def _speech(source: Path | None, console: Console) -> NDArray[np.float32]:
    from ..audio.speech_file import read_speech

    if source is not None:
        speech = read_speech(source)
        say_notices(console, source.name, speech.notices)
        return speech.pcm
    if not PROMPTS.is_dir():
        raise OSError(
            f"{PROMPTS} is not there: install the Debian package asterisk-core-sounds-en-g722, "
            "or name an audio file"
        )
    prompts = [read_speech(PROMPTS / f"{name}.g722").pcm for name in PROMPT_NAMES]
    pause = np.zeros(12000, dtype=np.float32)
    return np.concatenate([part for prompt in prompts for part in (prompt, pause)])


def _table(reports: dict[str, dict[str, Any]]) -> FoldingTable:
    headers = ("run", "bit/s on the air", "packets lost", "tokens heard", "real-time factor")
    table = FoldingTable(*headers)
    for title, report in reports.items():
        tokens = report["tokens"]
        sent = max(
            1, sum(tokens.values()) - tokens["unsent"] - tokens["unknown"] - tokens["silence"]
        )
        heard = 100.0 * (tokens["primary"] + tokens["redundant"]) / sent
        table.add_row(
            title,
            f"{report['packet_bps']:.0f}",
            lost_packets(report).replace("\u00a0", " "),  # which tables print as what it is
            f"{heard:.0f} %",
            f"{report['realtime_factor']:.2f}",
        )
    return table
