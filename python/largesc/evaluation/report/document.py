# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results as a Markdown document with plots beside it, made anew from runs."""

import os
from collections.abc import Sequence
from pathlib import Path

from .detail_tables import detail_tables
from .difference_tables import difference_heading, difference_tables
from .plots import png, quality_against_bit_rate, quality_against_channel
from .provenance import INTERVALS, command_of, provenance, state
from .reader_tables import reader_parts
from .run_folder import load_runs
from .summary import Summary
from .tables import Table, problems_table, quality_table, systems_table

IMAGES = "images"


def write_results(runs: Sequence[Path], document: Path) -> None:
    """Writes the document, and its plots into ``images`` beside it.

    Plots have the document's name in front (``results-*.png``); its earlier ones are removed.

    Raises:
        ReportError: a folder is no run, or its files are damaged.
        OSError: something cannot be written.
    """
    summary = Summary(load_runs(runs))
    images = document.parent / IMAGES
    images.mkdir(parents=True, exist_ok=True)
    for old in images.glob(f"{document.stem}-*.png"):
        old.unlink()
    plots = images / document.stem
    parts = [_heading(summary, document), *_reader_parts(summary)]
    parts += [*_subset_parts(summary, plots), *_closing(summary)]
    document.write_text("\n\n".join(part for part in parts if part) + "\n", encoding="utf-8")


def _heading(summary: Summary, document: Path) -> str:
    names = " and ".join(f"`{run.experiment}` (`{command_of(run)}`)" for run in summary.runs)
    folders = " ".join(run.experiment for run in summary.runs)
    place, links = _placed(document)
    lines = [
        "# Results",
        f"Made by `largesc evaluate report {folders} --results {place}` of the experiments "
        f"{names}.{links}",
        state(summary),
        INTERVALS,
    ]
    return "\n\n".join(line for line in lines if line)


def _placed(document: Path) -> tuple[str, str]:
    """A document's path as a command in the project's folder has it, and what it links to there.

    Outside of a project there is nothing to link to.
    """
    path = document.absolute()
    for root in path.parents:
        if (root / "docs" / "metrics.md").is_file():
            docs = Path(os.path.relpath(root / "docs", path.parent)).as_posix()
            return path.relative_to(root).as_posix(), (
                f" Speed and other figures are in [performance]({docs}/performance.md); "
                f"[metrics]({docs}/metrics.md) says what each measure can tell."
            )
    return document.name, ""


def _reader_parts(summary: Summary) -> list[str]:
    """Many readers before all else."""
    parts = []
    for part in reader_parts(summary):
        parts += [f"## {part.heading}", part.words]
        parts += [markdown(table, 3) for table in part.tables]
    return parts


def _subset_parts(summary: Summary, plots: Path) -> list[str]:
    parts = [markdown(systems_table(summary), 2)]
    for subset in summary.subsets:
        parts.append(f"## {subset.capitalize()}")
        for curve in summary.curves_of(subset):
            figure = quality_against_channel(summary, subset, curve)
            parts.append(_plot(plots, f"{subset} {summary.curve_title(subset, curve)}", figure))
        for loss in summary.losses_of(subset):
            parts.append(markdown(quality_table(summary, subset, loss), 3))
            parts += [markdown(table, 4) for table in detail_tables(summary, subset, loss)]
            if subset == summary.subsets[0]:  # the page has the others; a repository need not
                figure = quality_against_bit_rate(summary, subset, loss)
                parts.append(_plot(plots, f"{subset} rate {loss}", figure))
    return parts


def _closing(summary: Summary) -> list[str]:
    parts = [f"## {difference_heading(summary)}"]
    parts += [markdown(table, 3) for table in difference_tables(summary)]
    problems = problems_table(summary)
    if problems.rows:
        parts.append(markdown(problems, 2))
    parts.append("## Where the figures come from")
    for run in summary.runs:
        parts.append(markdown(Table(run.experiment, ["", ""], _pairs(provenance(run))), 3))
    return parts


def _pairs(pairs: Sequence[tuple[str, str]]) -> list[list[str]]:
    return [list(pair) for pair in pairs]


def _plot(plots: Path, title: str, figure: object) -> str:
    from matplotlib.figure import Figure

    if not isinstance(figure, Figure):
        return ""
    signed = title.lower().replace(" -", " minus ")  # as of -6 dB, which is not 6 dB
    kept = "".join(letter if letter.isalnum() else "-" for letter in signed)
    name = "-".join(part for part in kept.split("-") if part)
    path = plots.with_name(f"{plots.name}-{name}.png")
    path.write_bytes(png(figure))
    return f"![{title}]({IMAGES}/{path.name})"


def markdown(table: Table, depth: int) -> str:
    """A heading and a table."""

    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

    rule = "|" + "---|" * len(table.header)
    lines = [line(table.header), rule, *map(line, table.rows)]
    return f"{'#' * depth} {table.title}\n\n" + "\n".join(lines)
