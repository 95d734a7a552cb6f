# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waterfall, marks and token map over one axis of time, drawn by Qt."""

import math

import numpy as np
from PyQt5 import QtCore, QtGui, QtWidgets

from ..frame.tokens import NUM_CODEBOOKS
from .band_history import Mark
from .colours import (
    BACKGROUND,
    MARK_COLOURS,
    ORIGIN_COLOURS,
    ORIGIN_LABELS,
    Picture,
    coloured_brightness,
    coloured_marks,
    coloured_origins,
)
from .snapshot import Snapshot

LEFT, RIGHT, LINE, STRIP, GAP = 72, 12, 20, 10, 6  # pixels
EVERY_S = 5.0
MARK_LABELS = {Mark.BELIEVED: "slot received", Mark.DAMAGED: "slot lost"}


class PicturesView(QtWidgets.QWidget):
    """Draws the pictures of a snapshot, newest at the right."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: Snapshot | None = None
        self.setMinimumSize(560, 300)

    def show_snapshot(self, shown: Snapshot) -> None:
        """Draws this from now on."""
        self._shown = shown
        self.update()

    def paintEvent(self, _: QtGui.QPaintEvent) -> None:
        if self._shown is None:
            return
        painter = QtGui.QPainter(self)
        width = self.width() - LEFT - RIGHT
        top = 0
        if self._shown.waterfall is not None and self._shown.marks is not None:
            height = (self.height() - 4 * LINE - STRIP - 3 * GAP) * 3 // 5
            area = QtCore.QRect(LEFT, LINE, width, height)
            self._draw_waterfall(painter, area, self._shown)
            top = area.bottom() + STRIP + 2 * GAP
        area = QtCore.QRect(LEFT, top + LINE, width, self.height() - top - 3 * LINE - GAP)
        self._draw_tokens(painter, area, self._shown)
        painter.end()

    def _draw_waterfall(self, painter: QtGui.QPainter, area: QtCore.QRect, shown: Snapshot) -> None:
        assert shown.waterfall is not None and shown.marks is not None  # noqa: PT018
        labels = {label: MARK_COLOURS[mark] for mark, label in MARK_LABELS.items()}
        self._legend(painter, area, "waterfall", labels)
        _draw(painter, area, coloured_brightness(shown.waterfall), smooth=True)
        strip = QtCore.QRect(area.left(), area.bottom() + 2, area.width(), STRIP)
        _draw(painter, strip, coloured_marks(shown.marks))
        step = _round_step(shown.span / 4.0)
        for number in range(-4, 5):
            part = 0.5 - number * step / shown.span
            if 0.0 <= part <= 1.0:
                y = round(area.top() + area.height() * part)
                _label(painter, y, _hertz(number * step))
                painter.drawLine(LEFT - 4, y, LEFT - 1, y)

    def _draw_tokens(self, painter: QtGui.QPainter, area: QtCore.QRect, shown: Snapshot) -> None:
        shares = shown.figures.origins
        labels = {
            f"{label} {100 * shares[kind]:.0f} %": ORIGIN_COLOURS[kind]
            for kind, label in ORIGIN_LABELS.items()
            if kind in shares
        }
        self._legend(painter, area, "tokens by codebook", labels)
        _draw(painter, area, coloured_origins(shown.tokens))
        for codebook in range(0, NUM_CODEBOOKS, 2):
            y = round(area.bottom() - area.height() * (codebook + 0.5) / NUM_CODEBOOKS)
            _label(painter, y, f"{codebook}")
        steps = int(shown.seconds / EVERY_S)
        for step in range(steps + 1):
            x = area.right() - round(area.width() * step * EVERY_S / shown.seconds)
            painter.drawLine(x, area.bottom() + 1, x, area.bottom() + 4)
            text = "now" if step == 0 else f"−{step * EVERY_S:.0f} s"
            box = QtCore.QRect(x - 30, area.bottom() + 4, 60, LINE)
            if step == 0:
                box.moveRight(area.right() + RIGHT)
            flags = QtCore.Qt.AlignRight if step == 0 else QtCore.Qt.AlignHCenter
            painter.drawText(box, int(flags), text)

    def _legend(
        self, painter: QtGui.QPainter, area: QtCore.QRect, title: str, labels: dict[str, str]
    ) -> None:
        """A line above an area: its name, and what its colours are."""
        painter.setPen(self.palette().color(QtGui.QPalette.WindowText))
        metrics, x, middle = painter.fontMetrics(), area.left(), area.top() - LINE // 2
        bottom = middle + metrics.ascent() // 2 - 1
        painter.drawText(x, bottom, title)
        x += metrics.horizontalAdvance(title) + 18
        for label, colour in labels.items():
            painter.fillRect(x, middle - 6, 12, 12, QtGui.QColor(colour))
            painter.drawRect(x, middle - 6, 12, 12)
            painter.drawText(x + 17, bottom, label)
            x += metrics.horizontalAdvance(label) + 28


def _draw(
    painter: QtGui.QPainter, area: QtCore.QRect, picture: Picture, smooth: bool = False
) -> None:
    """A picture, stretched to an area."""
    painter.fillRect(area, QtGui.QColor(BACKGROUND))
    data = np.ascontiguousarray(picture)
    rows, columns = data.shape[:2]
    image = QtGui.QImage(data.data, columns, rows, 3 * columns, QtGui.QImage.Format_RGB888)
    painter.setRenderHint(QtGui.QPainter.SmoothPixmapTransform, smooth)
    painter.drawImage(area, image)


def _round_step(most: float) -> float:
    """The largest of 1, 2, 5, 10, 20, ... that is not above this."""
    power = 10.0 ** math.floor(math.log10(most))
    return max(power * part for part in (1.0, 2.0, 5.0) if power * part <= most)


def _hertz(hertz: float) -> str:
    """For people, at most eight characters."""
    if not hertz:
        return "0 Hz"
    return f"{hertz:+.0f} Hz" if abs(hertz) < 5000.0 else f"{hertz / 1000.0:+g} kHz"


def _label(painter: QtGui.QPainter, y: int, text: str) -> None:
    """Text left of the pictures."""
    box = QtCore.QRect(0, y - LINE // 2, LEFT - 8, LINE)
    painter.drawText(box, int(QtCore.Qt.AlignRight | QtCore.Qt.AlignVCenter), text)
