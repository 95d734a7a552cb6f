# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures of a run as JSON, for other programs."""

import json
import math
from pathlib import Path
from typing import Annotated, Any

import typer

from ..audio.output_file import naming

FiguresOption = Annotated[
    Path | None, typer.Option("--json", metavar="FILE", help="Write the figures there.")
]


def write_figures(path: Path | None, figures: dict[str, Any]) -> None:
    """Writes figures, if they are wanted; a number that is not finite becomes null.

    JSON has no infinity, and most programs refuse Python's way of writing it.

    Raises:
        OSError: the file cannot be written.
    """
    if path is not None:
        text = json.dumps(_in_json(figures), indent=2, allow_nan=False)
        with naming(path):
            path.write_text(text + "\n", encoding="utf-8")


def _in_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _in_json(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_in_json(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
