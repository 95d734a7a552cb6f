# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures with an interval in what strangers read first are those of the results they name."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# A figure and its interval, as `40 % [29, 53]`, `**41.9** [29.4, 55.2]`, `66 [54, 77]`.
FIGURE = re.compile(r"(-?\d+(?:\.\d+)?)(?:\*\*)?(?: %)? \[(-?\d+(?:\.\d+)?), (-?\d+(?:\.\d+)?)\]")
RESULTS = re.compile(r"results/[\w-]+/[\w-]+\.md")
# Document, and how many such figures it has at least.
DOCUMENTS = {"README.md": 6, "python/largesc/checkpoints/mini/README.md": 9, "docs/noise.md": 0}


def figures(text: str) -> list[tuple[str, ...]]:
    return [found.groups() for found in FIGURE.finditer(text.replace("−", "-"))]


def the_other_way_round(figure: tuple[str, ...]) -> tuple[str, ...]:
    """Of a difference: ours less the other's is what the other's is more."""
    value, low, high = (part[1:] if part.startswith("-") else f"-{part}" for part in figure)
    return value, high, low


def is_rounded(figure: tuple[str, ...], exact: tuple[str, ...]) -> bool:
    """Whether one is the other with fewer decimals; a half may go either way."""
    places = [len(part.partition(".")[2]) for part in figure]
    return all(
        abs(float(a) - float(b)) <= 0.5 * 10.0**-n + 1e-9
        for a, b, n in zip(figure, exact, places, strict=True)
    )


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_interval_stands_in_a_document_of_results_that_is_named(name: str) -> None:
    text = (ROOT / name).read_text()
    named = sorted(set(RESULTS.findall(text)))
    exact = [figure for file in named for figure in figures((ROOT / file).read_text())]
    exact += [the_other_way_round(figure) for figure in exact]
    told = figures(text)
    assert len(told) >= DOCUMENTS[name]
    assert [one for one in told if not any(is_rounded(one, other) for other in exact)] == []


def test_a_figure_of_another_run_is_found() -> None:
    assert is_rounded(("40", "29", "53"), ("40.3", "28.8", "52.7"))
    assert not is_rounded(("41.9", "29.4", "55.2"), ("40.3", "28.8", "52.7"))
    assert not is_rounded(("42", "29", "55"), ("40.3", "28.8", "52.7"))
