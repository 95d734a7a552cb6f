# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``largesc evaluate listen`` and ``answers``: blind listening tests of runs."""

from pathlib import Path
from typing import Annotated

import typer

from ..audio.output_file import naming
from .evaluate_report import show_table
from .evaluation_extra import require_extra
from .outputs import check_outputs
from .terminal import say, terminal


def listen_command(
    run: Annotated[Path, typer.Argument(help="Folder of a run that kept sound.")],
    out: Annotated[Path, typer.Option(help="Folder for the page and its key.")],
    system: Annotated[
        list[str] | None, typer.Option(help="Label of a system to compare; else all.")
    ] = None,
    subset: Annotated[str, typer.Option(help="Of the corpus; else the report's first.")] = "",
    loss: Annotated[list[str] | None, typer.Option(help="Label of a channel; else all.")] = None,
    pair: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LABEL=LABEL",
            help="For ABX, `original` among them; else ours with each other.",
        ),
    ] = None,
    items: Annotated[int, typer.Option(min=1, help="Recordings at most.")] = 6,
    repeats: Annotated[
        int, typer.Option(min=0, help="Trials of a pair with a recording; 0: no ABX.")
    ] = 2,
    seed: Annotated[int, typer.Option(min=0, help="Of recordings and orders.")] = 1,
) -> None:
    """Writes a blind listening test (MUSHRA and ABX) as a page, and the key to its answers."""
    require_extra()
    from ..evaluation.listening.blind_page import PAGE, write_listening_test
    from ..evaluation.listening.choice import Wish
    from ..evaluation.listening.key import KEY

    if out.exists():  # else it is made when there is something to put in it
        check_outputs(others=[out / PAGE, out / KEY])
    wish = Wish(system or (), subset, loss or (), pair or (), items, repeats, seed)
    with naming(out):
        key = write_listening_test(run, wish, out)
    console = terminal(to_stderr=True)
    say(console, f"page: {out / PAGE}; recordings {len(key.items)}, trials {len(key.trials)}")
    say(console, f"key, not for listeners: {out / KEY}")


def answers_command(
    key: Annotated[Path, typer.Argument(help="Of the test, or its folder.")],
    answers: Annotated[list[Path], typer.Argument(help="CSV files that listeners saved.")],
) -> None:
    """Shows what listeners said: means of MUSHRA with intervals, ABX against chance."""
    require_extra()
    from ..evaluation.listening.analysis import answer_tables
    from ..evaluation.listening.answers import read_answers
    from ..evaluation.listening.key import read_key

    for one in answer_tables(read_answers(answers, read_key(key))):
        show_table(one.title, one.header, one.rows)
