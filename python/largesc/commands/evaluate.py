# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``largesc evaluate``: systems beside each other on lossy links, with figures and intervals."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from ..audio.output_file import naming
from .evaluate_listen import answers_command, listen_command
from .evaluate_report import print_main_tables, report_command
from .evaluate_screen import screen_command
from .evaluation_extra import require_extra
from .terminal import FoldingTable, say, terminal

if TYPE_CHECKING:
    from ..evaluation.run.components import Components
    from ..evaluation.run.runner import RunOutcome

app = typer.Typer(help="Compare systems: run experiments, write reports.", no_args_is_help=True)

app.command("report")(report_command)
app.command("listen")(listen_command)
app.command("answers")(answers_command)
app.command("screen")(screen_command)

INTERRUPTED = 130  # exit status of a program that Ctrl-C ended


@app.command("run")
def run_command(
    experiment: Annotated[str, typer.Argument(help="A shipped experiment's name, or a file.")],
    out: Annotated[Path, typer.Option(help="Folder of the run; goes on with what is there.")],
    corpus: Annotated[
        Path | None, typer.Option(help="Folder of speech instead of the experiment's.")
    ] = None,
    subset: Annotated[
        list[str] | None,
        typer.Option(
            metavar="OLD=NEW",
            help="A subset in the place of another, with its conditions: readers=development; "
            "OLD= leaves one out.",
        ),
    ] = None,
    workers: Annotated[
        int, typer.Option(min=0, help="Processes here; 0: one per core, as memory allows.")
    ] = 0,
    scheduler: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Dask scheduler, as tcp://host:8786.")
    ] = "",
    redo: Annotated[
        bool, typer.Option("--redo", help="Do again what has other settings or versions.")
    ] = False,
) -> None:
    """Runs an experiment: every system, loss, seed and file becomes a row of OUT/rows.parquet.

    The same command goes on where a run was stopped.
    """
    require_extra()
    from ..evaluation.run.components import shipped_components
    from ..evaluation.run.experiment_file import load_experiment
    from ..evaluation.run.runner import run_experiment
    from ..evaluation.run.subset_choice import exchanges_of
    from .evaluation_progress import EvaluationProgress

    console = terminal(to_stderr=True)
    components = shipped_components()
    file = load_experiment(experiment, components, exchanges_of(subset or ()))
    folder = "" if corpus is None else str(corpus.absolute())
    try:
        with EvaluationProgress(console) as watch:
            outcome = run_experiment(file, components, out, watch, folder, workers, scheduler, redo)
    except KeyboardInterrupt:
        say(console, "stopped; the same command goes on from here")
        raise typer.Exit(INTERRUPTED) from None
    _say(console, out, outcome)
    _write_report(console, out)


@app.command("list")
def list_command() -> None:
    """Lists the experiments that came with the module, systems, metrics and speech."""
    require_extra()
    from ..evaluation.run.components import shipped_components
    from ..evaluation.run.experiment_file import load_experiment, shipped_names

    components = shipped_components()
    console = terminal()
    table = FoldingTable("experiment", "what it compares")
    for name in shipped_names():
        table.add_row(name, load_experiment(name, components).experiment.description)
    console.print(table)
    say(console, "systems " + ", ".join(_kinds(components)))
    say(console, "metrics " + ", ".join(components.metrics))
    say(console, "subsets " + _subsets(components))


def _say(console: Console, out: Path, outcome: "RunOutcome") -> None:
    for unit, what in outcome.died.items():
        say(console, f"{unit}: {what}")
    problems = f", {outcome.problems} with a problem (column `problem`)" if outcome.problems else ""
    say(console, f"{outcome.rows} rows in {out / 'rows.parquet'}{problems}")


def _write_report(console: Console, out: Path) -> None:
    from ..evaluation.report import write_report

    page = out / "index.html"
    with naming(page):
        write_report([out], page)
    print_main_tables(out)
    say(console, f"report: {page}")


def _kinds(components: "Components") -> list[str]:
    from pydantic import TypeAdapter

    schema = TypeAdapter(components.any_system).json_schema()
    return sorted(schema["discriminator"]["mapping"])


def _subsets(components: "Components") -> str:
    try:
        corpus = components.open_corpus("", ())
    except (OSError, ValueError) as error:
        return f"({error})"
    return ", ".join(dict.fromkeys(entry.subset for entry in corpus.entries))
