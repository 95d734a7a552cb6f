# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``largesc evaluate screen``: allocations compared by replaying losses on measured costs."""

from pathlib import Path
from typing import Annotated

import typer

from ..audio.output_file import naming
from .evaluation_extra import require_extra
from .outputs import make_documents
from .terminal import say, terminal

PAGE = "screening.md"


def screen_command(
    costs: Annotated[Path, typer.Argument(help="Folder that `training/train speech-costs` wrote.")],
    out: Annotated[Path, typer.Option(help="Folder of the run; goes on with what is there.")],
    checkpoint: Annotated[str, typer.Option(help="Whose controller is screened.")] = "mini",
    settings: Annotated[
        Path | None, typer.Option(help="YAML: losses, budgets, other_budgets, seeds and more.")
    ] = None,
    corpus: Annotated[str, typer.Option(help="Speech to decode; else the evaluation corpus.")] = "",
    subset: Annotated[
        str, typer.Option(help="Of it; these readers choose settings.")
    ] = "development",
    results: Annotated[
        Path | None, typer.Option(help=f"Markdown document to write; else {PAGE} in OUT.")
    ] = None,
) -> None:
    """Compares every fixed allocation with the controller, right, ignorant and misled, on lossy
    channels. Nothing is decoded: what arrives of a frame says what it costs.

    The same command goes on where a run was stopped.
    """
    require_extra()
    from ..codec.checkpoint import local_folder
    from ..control.importance_network import ImportanceNetwork
    from ..evaluation.screening.decoded_experiments import write_experiments
    from ..evaluation.screening.measured_frames import read_measured_frames
    from ..evaluation.screening.overs import write_overs
    from ..evaluation.screening.screen import screen
    from ..evaluation.screening.screen_document import write_screen_document
    from ..evaluation.screening.screen_settings import read_screen_settings

    console = terminal(to_stderr=True)
    make_documents([results], read=[*costs.glob("*"), settings])
    chosen, frames = read_screen_settings(settings), read_measured_frames(costs)
    folder = local_folder(checkpoint)
    network = None if folder is None else ImportanceNetwork.load(folder)
    if network is None:
        raise ValueError(f"checkpoint {checkpoint!r} has no controller to screen")
    if network.codec != frames.told["codec"]:
        raise ValueError(f"the costs are of codec {frames.told['codec']}, not of {network.codec}")
    rows = screen(frames, network, chosen, out, lambda line: say(console, line))
    document = results or out / PAGE
    with naming(document):
        write_screen_document(rows, frames, chosen, document)
    say(console, f"results: {document}")
    overs = out / "overs"
    write_overs(corpus, subset, chosen.decoded_seconds, overs)
    for path in write_experiments(rows, frames, chosen, overs, out):
        say(console, f"to decode: largesc evaluate run {path} --out {path.with_suffix('')}")
