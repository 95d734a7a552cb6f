# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the figures of a report come from, in words."""

import shlex
from typing import Any

from .run_folder import Run
from .statistics import CONFIDENCE, RESAMPLES
from .summary import Summary

INTERVALS = (
    f"Brackets are {100 * CONFIDENCE:g} % intervals: percentiles of {RESAMPLES} bootstrap resamples"
    " over readers and over the files of each reader drawn; over files where one reader is all;"
    " paired in differences, of which * marks those whose interval excludes zero. Word"
    " errors, items and tokens right are ratios of sums, the others means over files of the mean"
    " over seeds. Bits on the air count every byte of every packet; IP, UDP and the like are not in"
    " them. The real-time factor is CPU time of encoding and decoding by duration of the speech, on"
    " one core."
)


def command_of(run: Run) -> str:
    """The command that gives the same run; a file or a folder of speech has its name alone."""
    arguments = run.told("arguments") or [run.experiment]
    return shlex.join(["largesc", "evaluate", "run", *arguments, "--out", run.experiment])


def provenance(run: Run) -> list[tuple[str, str]]:
    """Terms and what is to be said of them."""
    pairs = [("command", command_of(run)), ("corpus", _corpus(run)), ("losses", _losses(run))]
    pairs += [(f"metric {k}", str(v)) for k, v in (run.told("metrics") or {}).items()]
    for label, facts in (run.told("systems") or {}).items():
        if not facts.get("unavailable"):
            pairs.append(
                (label, f"{facts.get('version')}; lost packets: {facts.get('concealment')}")
            )
    pairs += [("machine", _machine(run)), ("run time", _run_time(run))]
    return [(term, text) for term, text in pairs if text]


def state(summary: Summary) -> str:
    """Says so if a run is not finished."""
    unfinished = [run.folder.resolve().name for run in summary.runs if not run.finished]
    return (
        f"Not finished: {', '.join(unfinished)}; figures are of what is there."
        if unfinished
        else ""
    )


def _corpus(run: Run) -> str:
    corpus: dict[str, Any] = run.told("corpus") or {}
    if not corpus:
        return ""
    return (
        f"{corpus.get('name')}: {corpus.get('files')} files, {corpus.get('seconds', 0.0):.0f} s, "
        f"{corpus.get('skipped')} skipped; fingerprint {str(corpus.get('fingerprint'))[:16]}"
    )


def _losses(run: Run) -> str:
    labels = list(dict.fromkeys(run.rows[run.rows["problem"] == ""]["loss"]))
    seeds = run.told("experiment", "seeds") or []
    return f"{'; '.join(labels)}; seeds {', '.join(map(str, seeds))}"


def _machine(run: Run) -> str:
    machine: dict[str, Any] = run.told("machine") or {}
    names = ("cpu", "gpu", "workers", "system", "python", "torch", "numpy")
    return ", ".join(f"{name} {machine[name]}" for name in names if name in machine)


def _run_time(run: Run) -> str:
    seconds = run.told("wall_seconds")
    return "" if seconds is None else f"{seconds / 60:.1f} min with {len(run.rows)} rows"
