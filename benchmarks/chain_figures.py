#!/usr/bin/env python3
# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes every figure of a released chain again: the documents of results/CHAIN.

    python benchmarks/chain_figures.py CHAIN --out RUNS      # all that is not done
    python benchmarks/chain_figures.py CHAIN --out RUNS --list
    python benchmarks/chain_figures.py CHAIN --out RUNS --only readers --only codec

For a new chain: put its files into python/largesc/checkpoints/mini, install, and run this. Stop it
at any time; the same command goes on. The steps are chain_steps/steps.yaml.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parent))
from chain_steps.steps import CHECKOUT, Record, Step, chain_hash, read_steps, run_step

MINI = CHECKOUT / "python" / "largesc" / "checkpoints" / "mini"


def chosen(steps: list[Step], names: list[str]) -> list[Step]:
    """Steps by name; all without names.

    Raises:
        ValueError: there is no such step.
    """
    known = {step.name: step for step in steps}
    for name in names:
        if name not in known:
            raise ValueError(f"no step {name!r}; there are {', '.join(known)}")
    return [known[name] for name in names] or steps


def show(steps: list[Step], record: Record) -> None:
    table = Table("step", "what", "minutes", "took")
    for step in steps:
        minutes = record.minutes_of(step)
        took = "-" if minutes is None else f"{minutes:g}"
        table.add_row(step.name, step.about, f"{step.minutes:g}", took)
    Console().print(table)


def make(steps: list[Step], record: Record, runs: Path, results: Path) -> int:
    """Runs the steps that are not done; how many failed."""
    failed, left = 0, [step for step in steps if record.minutes_of(step) is None]
    for number, step in enumerate(left, start=1):
        total = sum(one.minutes for one in left[number - 1 :])
        print(f"{number} of {len(left)}: {step.name}; {total:g} minutes to go", flush=True)
        minutes = run_step(step, runs, results)
        if minutes is None:
            failed += 1
            print(f"{step.name} failed: {runs / step.name}.log says why", flush=True)
        else:
            record.note(step, minutes)
    return failed


def main(
    chain: Annotated[str, typer.Argument(help="Its name, as mini-3: the folder in results.")],
    out: Annotated[Path, typer.Option(help="Folder of the runs.")],
    only: Annotated[list[str] | None, typer.Option(help="A step; repeatable.")] = None,
    list_steps: Annotated[bool, typer.Option("--list", help="Show the steps.")] = False,
) -> None:
    try:
        steps = chosen(read_steps(), only or [])
        out.mkdir(parents=True, exist_ok=True)
        record = Record(out, chain_hash(MINI))
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(2) from None
    if list_steps:
        return show(steps, record)
    runs, results = out.resolve(), CHECKOUT / "results" / chain
    results.mkdir(parents=True, exist_ok=True)
    raise SystemExit(1 if make(steps, record, runs, results) else 0)


if __name__ == "__main__":
    typer.run(main)
