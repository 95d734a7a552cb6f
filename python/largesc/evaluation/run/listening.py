# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of a run that can be listened to, and their index."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from .components import Entry
from .file_name import file_name
from .matrix import Cell, Unit
from .parts import write_atomically
from .unit_work import UnitResult

INDEX = "index.json"


def write_listening(audio: Path, unit: Unit, result: UnitResult) -> None:
    """Keeps what was said and heard of a unit."""
    if result.original:
        write_atomically(audio / _path(unit.utterance), result.original)
    for loss, flac in result.heard.items():
        write_atomically(audio / _path(unit.utterance, unit.system.label, loss), flac)


def write_index(
    audio: Path, units: Iterable[Unit], cells: Sequence[Cell], entries: Sequence[Entry]
) -> None:
    """Lists the files that are there: the original of each before what systems made of it."""
    subsets = {entry.name: entry.subset for entry in entries}
    losses = {cell.channel.label: cell.seed for cell in reversed(cells)}
    index = []
    heard = [unit for unit in units if unit.is_heard]
    for name in dict.fromkeys(unit.utterance for unit in heard):
        labels = [("", "", next(iter(losses.values())))]
        labels += [
            (unit.system.label, loss, seed)
            for unit in heard
            if unit.utterance == name
            for loss, seed in reversed(losses.items())
        ]
        for system, loss, seed in labels:
            path = _path(name, system, loss) if system else _path(name)
            if (audio / path).is_file():
                index.append(
                    {
                        "system": system,
                        "loss": loss,
                        "seed": seed,
                        "file": name,
                        "subset": subsets[name],
                        "path": path,
                    }
                )
    content = json.dumps(index, indent=1, ensure_ascii=False) + "\n"
    write_atomically(audio / INDEX, content.encode())


def _path(utterance: str, *labels: str) -> str:
    name = file_name(*labels) if labels else "original"
    return f"{file_name(utterance)}/{name}.flac"
