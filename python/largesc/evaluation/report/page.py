# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""One HTML page: tables, plots, and every cell of the matrix to listen to; nothing outside it."""

import json
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from .clips import ChosenFile, Sound, chosen_files, data_uri, sounds_of
from .detail_tables import detail_tables
from .difference_tables import difference_heading, difference_tables
from .measures import PLCMOS
from .plots import png, quality_against_bit_rate, quality_against_channel
from .provenance import INTERVALS, provenance, state
from .reader_tables import reader_parts
from .run_folder import load_runs
from .summary import Summary
from .tables import Table, problems_table, quality_table, systems_table, with_interval


def write_report(runs: Sequence[Path], page: Path) -> None:
    """Writes the page.

    Args:
        runs: folders of runs, perhaps not finished; one page for all.
        page: file to write.

    Raises:
        ReportError: a folder is no run, or its files are damaged.
        OSError: the page cannot be written.
    """
    import jinja2

    summary = Summary(load_runs(runs))
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string((files(__package__) / "page.html").read_text("utf-8"))
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(template.render(_contents(summary)), encoding="utf-8")


def _contents(summary: Summary) -> dict[str, Any]:
    chosen = chosen_files(summary)
    sounds = sounds_of(summary, chosen)
    return {
        "title": ", ".join(run.experiment for run in summary.runs),
        "descriptions": [run.told("experiment", "description") or "" for run in summary.runs],
        "state": state(summary),
        "intervals": INTERVALS,
        "readers": reader_parts(summary),
        "matrices": [_matrix(summary, clips, sounds) for clips in chosen],
        "plots": _plots(summary),
        "quality": _figures(summary),
        "systems": systems_table(summary),
        "difference_heading": difference_heading(summary),
        "differences": difference_tables(summary),
        "problems": problems_table(summary),
        "provenance": [(run.experiment, provenance(run)) for run in summary.runs],
        "sounds": json.dumps(_listed(sounds)).replace("</", "<\\/"),
    }


def _figures(summary: Summary) -> list[Table]:
    tables = []
    for subset in summary.subsets:
        for loss in summary.losses_of(subset):
            tables.append(quality_table(summary, subset, loss))
            tables += detail_tables(summary, subset, loss)
    return tables


def _matrix(
    summary: Summary, chosen: ChosenFile, sounds: dict[tuple[str, ...], Sound]
) -> dict[str, Any]:
    """Rows of systems, columns of losses; a cell has its figures and what it plays."""
    subset = chosen.subset
    measures = list(dict.fromkeys([*summary.measures_of(subset)[:1], PLCMOS]))
    losses = summary.losses_of(subset)
    rows = []
    for system in summary.systems_of(subset):
        cells = []
        for loss in losses:
            figures = [
                (
                    m.title,
                    with_interval(
                        m, summary.estimate(subset, system.label, loss, m, chosen.reader)
                    ),
                )
                for m in measures
            ]
            key = (subset, chosen.file, system.label, loss)
            sound = _key(key) if key in sounds else ""
            what = ", ".join((subset, *filter(None, [chosen.reader]), system.label, loss))
            cells.append({"figures": figures, "sound": sound, "what": what})
        rows.append({"system": system.label, "kind": system.kind, "cells": cells})
    texts = summary.results[summary.results["file"] == chosen.file]["text"]
    return {
        "title": ", ".join(filter(None, (subset, chosen.words))),
        "losses": losses,
        "rows": rows,
        "file": chosen.file,
        "original": _key((subset, chosen.file, "", "")),
        "text": str(texts.iloc[0]) if len(texts) else "",
    }


def _listed(sounds: dict[tuple[str, ...], Sound]) -> dict[str, list[str]]:
    return {_key(key): [sound.audio, sound.picture] for key, sound in sounds.items()}


def _key(key: tuple[str, ...]) -> str:
    return "|".join(key)


def _plots(summary: Summary) -> list[tuple[str, str]]:
    """Descriptions and pictures."""
    plots: list[tuple[str, Figure | None]] = []
    for subset in summary.subsets:
        for curve in summary.curves_of(subset):
            title = f"Quality against {summary.curve_title(subset, curve)}: {subset}"
            plots.append((title, quality_against_channel(summary, subset, curve)))
        for loss in summary.losses_of(subset):
            title = f"Quality against bit rate: {subset}, {loss}"
            plots.append((title, quality_against_bit_rate(summary, subset, loss)))
    return [(title, data_uri("image/png", png(figure))) for title, figure in plots if figure]
