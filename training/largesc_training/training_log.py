# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run says while it trains: rows of CSV files, lines, a bar."""

import csv
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, Progress, TextColumn

LOG, VALIDATION = "log.csv", "validation.csv"


def add_row(path: Path, step: int, minutes: float, figures: dict[str, float]) -> None:
    """Appends a row. Figures that no row had before get a column of their own: a run that goes on
    with other losses."""
    path.parent.mkdir(parents=True, exist_ok=True)
    figures = {"step": step, "minutes": round(minutes, 3), **figures}
    row = {k: f"{v:.5g}" if isinstance(v, float) else str(v) for k, v in figures.items()}
    rows: list[dict[str, str]] = []
    columns: list[str] = []
    if path.is_file():
        with path.open(newline="") as file:
            reader = csv.DictReader(file)
            columns, rows = list(reader.fieldnames or ()), list(reader)
    is_new = not set(row) <= set(columns)
    columns += [name for name in row if name not in columns]
    with path.open("w" if is_new else "a", newline="") as file:
        writer = csv.DictWriter(file, columns)
        if is_new:
            writer.writeheader()
            writer.writerows(rows)
        writer.writerow(row)


def drop_rows_behind(path: Path, step: int) -> None:
    """Removes rows of steps after this one: a run that was cut off makes them again."""
    if not path.is_file():
        return
    header, *rows = path.read_text().splitlines()
    kept = [row for row in rows if int(row.split(",")[0]) <= step]
    path.write_text("\n".join([header, *kept]) + "\n")


def line(name: str, step: int, minutes: float, figures: dict[str, float]) -> str:
    """A line for people; figures of one codebook (with a colon) are left to the files."""
    text = " ".join(f"{k} {v:.3f}" for k, v in figures.items() if ":" not in k)
    return f"{name} step {step} {minutes:.1f} min {text}"


class ProgressDisplay:
    """A bar with losses and speed; where the output is no terminal, a line now and then.

    Args:
        name: of the stage.
        total: what "done" counts up to.
    """

    def __init__(self, name: str, total: float):
        columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[said]}")
        self._bar = Progress(*columns, transient=True)
        self._name, self._total = name, total

    def __enter__(self) -> "ProgressDisplay":
        if self._bar.console.is_terminal:
            self._bar.start()
        self._task = self._bar.add_task(self._name, total=self._total, said="")
        return self

    def __exit__(self, *_: Any) -> None:
        self._bar.stop()

    def show(self, done: float, said: str) -> None:
        """How much is done, and the line that says so."""
        self._bar.update(self._task, completed=min(done, self._total), said=said)
        if not self._bar.console.is_terminal:
            print(f"{self._name}{said}", flush=True)
