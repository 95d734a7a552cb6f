# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``largesc evaluate report``: a page and a document of runs."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from ..audio.output_file import naming
from .evaluation_extra import require_extra
from .outputs import make_documents
from .terminal import FoldingTable, plain, say, terminal


def report_command(
    runs: Annotated[list[Path], typer.Argument(help="Folders of runs; one report for all.")],
    page: Annotated[
        Path | None, typer.Option(help="HTML page to write; else index.html in the first folder.")
    ] = None,
    results: Annotated[
        Path | None, typer.Option(help="Markdown document to write, plots in images/ beside it.")
    ] = None,
) -> None:
    """Writes a page to listen to, and a document with tables and plots if one is named."""
    require_extra()
    from ..evaluation.report import check_folder, write_report, write_results

    console = terminal(to_stderr=True)
    for run in runs:
        check_folder(run)
    page = page or runs[0] / "index.html"
    make_documents([page, results], read=[file for run in runs for file in _files_of(run)])
    with naming(page):
        write_report(runs, page)
    say(console, f"page: {page}")
    if results:
        with naming(results):
            write_results(runs, results)
        say(console, f"results: {results}")


def _files_of(run: Path) -> Iterator[Path]:
    for pattern in ("*.parquet", "parts/*", "audio/*"):
        yield from run.glob(pattern)


def print_main_tables(run: Path) -> None:
    """Quality by subset and loss, in the terminal."""
    from ..evaluation.report import main_tables

    for one in main_tables([run]):
        show_table(one.title, one.header, one.rows)


def show_table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table of a report, in the terminal; what is too long goes on in the next line."""
    table = FoldingTable(*header, title=plain(title))
    for row in rows:
        table.add_row(*row)
    terminal().print(table)
