# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The chain of sender and receiver is put together once; what calls it builds no part of it."""

import ast
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = [
    path
    for folder in ("python/largesc", "training/largesc_training")
    for path in (ROOT / folder).rglob("*.py")
    if not path.name.startswith("qa_")
]
SENDER, RECEIVER = (f"python/largesc/speech_link/link_{end}.py" for end in ("sender", "receiver"))
# packet_codec is no part: it has no state, and whoever looks at a single packet may read it.
PARTS = {
    "Packetizer": {SENDER},
    "Announcer": {"python/largesc/link/pieced_announcer.py"},
    "announcer_for": {SENDER, "python/largesc/speech_link/budget_control.py"},  # that tries a text
    "packet_parser": {"python/largesc/link/packet_parser.py"},
    "PacketParser": {RECEIVER, "python/largesc/monitor/link_state.py"},  # the monitor looks on
    "sequence_playout": {RECEIVER},
    "deadline_playout": {RECEIVER},
}


def places_that_construct(name: str) -> Counter[str]:
    """Files with calls of this name, and how many each has."""
    places: Counter[str] = Counter()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            called = getattr(node, "func", None) if isinstance(node, ast.Call) else None
            if getattr(called, "id", getattr(called, "attr", None)) == name:
                places[str(path.relative_to(ROOT))] += 1
    return places


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.slow
def test_part_is_constructed_in_one_place(name: str) -> None:
    assert set(places_that_construct(name)) == PARTS[name]


@pytest.mark.parametrize("name", ["sequence_playout", "deadline_playout", "packet_parser"])
def test_receivers_part_is_constructed_once(name: str) -> None:
    assert sum(places_that_construct(name).values()) == 1


def test_nothing_asks_whether_it_runs_live_but_to_choose_once() -> None:
    """A flag that two kinds of running branch on is looked at where one of them is made."""
    branches = Counter(
        str(path.relative_to(ROOT))
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.If | ast.IfExp | ast.While)
        and any(
            getattr(part, "id", getattr(part, "attr", "")) in ("live", "_live")
            for part in ast.walk(node.test)
        )
    )
    assert all(count == 1 for count in branches.values()), branches
