# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Colours of the pictures: tokens by origin, marks, brightness."""

import numpy as np
from numpy.typing import NDArray

from ..frame.tokens import TokenOrigin
from .band_history import Mark
from .token_history import EMPTY

Picture = NDArray[np.uint8]  # [rows, columns, 3], RGB

# Okabe and Ito's palette, as audio/pictures.py has it: told apart by colour-blind eyes too.
ORIGIN_COLOURS = {
    TokenOrigin.MISSING: "#d55e00",
    TokenOrigin.PRIMARY: "#0072b2",
    TokenOrigin.REDUNDANT: "#56b4e9",
    TokenOrigin.RECOVERED: "#f0c000",
    TokenOrigin.UNSENT: "#eeeeee",
    TokenOrigin.SILENCE: "#c8c8c8",
    TokenOrigin.UNKNOWN: "#eedfd3",
}
ORIGIN_LABELS = {
    TokenOrigin.PRIMARY: "primary",
    TokenOrigin.REDUNDANT: "redundant",
    TokenOrigin.RECOVERED: "recovered",
    TokenOrigin.MISSING: "missing",
    TokenOrigin.UNSENT: "not sent",
    TokenOrigin.SILENCE: "silence",
    TokenOrigin.UNKNOWN: "unknown",
}
MARK_COLOURS = {Mark.NOTHING: "#20242c", Mark.BELIEVED: "#009e73", Mark.DAMAGED: "#d55e00"}
BACKGROUND = "#20242c"
# Brightness from dark to bright, evenly in lightness.
SCALE = ("#0a0a20", "#2a1a5e", "#7b2a7e", "#cf4a5c", "#f79b3c", "#fcf6b8")


def rgb(colour: str) -> tuple[int, int, int]:
    """Of #rrggbb."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def coloured_origins(origins: NDArray[np.uint8]) -> Picture:
    """A token map in colours."""
    return _palette({int(kind): colour for kind, colour in ORIGIN_COLOURS.items()})[origins]


def coloured_marks(marks: NDArray[np.uint8]) -> Picture:
    """A row of marks in colours."""
    return _palette({int(mark): colour for mark, colour in MARK_COLOURS.items()})[marks[None]]


def coloured_brightness(values: NDArray[np.float32]) -> Picture:
    """Values 0..1 in colours."""
    steps = np.array([rgb(colour) for colour in SCALE], dtype=float)
    places = np.linspace(0.0, 1.0, len(steps))
    levels = np.linspace(0.0, 1.0, 256)
    table = np.stack([np.interp(levels, places, steps[:, part]) for part in range(3)], axis=-1)
    return table.astype(np.uint8)[(values * 255.0).astype(np.uint8)]


def _palette(colours: dict[int, str]) -> NDArray[np.uint8]:
    table = np.tile(np.array(rgb(BACKGROUND), dtype=np.uint8), (EMPTY + 1, 1))
    for value, colour in colours.items():
        table[value] = rgb(colour)
    return table
