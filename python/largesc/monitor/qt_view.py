# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window of a link: figures above, waterfall and token map below, ten times a second."""

from collections.abc import Callable

from PyQt5 import QtCore, QtWidgets

from .band_history import Mark
from .colours import MARK_COLOURS
from .qt_pictures import PicturesView
from .snapshot import Snapshot

EVERY_MS = 100
TILES = ("station", "sync", "SNR", "offset", "loss", "rate", "latency")
SENDING = MARK_COLOURS[Mark.DAMAGED]
BIG = "font-size: 15pt; font-weight: bold"
SYNC_COLOURS = {True: MARK_COLOURS[Mark.BELIEVED], False: "#c8c8c8", None: "#c8c8c8"}


class LinkView(QtWidgets.QWidget):
    """Shows what ``look`` gives; asks for it while it is visible.

    Args:
        look: gives what is to be seen now.
        title: of the window, if it is one of its own.
    """

    def __init__(self, look: Callable[[], Snapshot], title: str = ""):
        super().__init__()
        self._look = look
        self.setWindowTitle(title)
        self._values = {name: QtWidgets.QLabel() for name in TILES}
        self._below = QtWidgets.QLabel()
        self._below.setTextFormat(QtCore.Qt.PlainText)
        self._pictures = PicturesView()
        column = QtWidgets.QVBoxLayout(self)
        column.addLayout(self._tiles())
        column.addWidget(self._below)
        column.addWidget(self._pictures, 1)
        self._timer = QtCore.QTimer(self)
        self._timer.timeout.connect(self.refresh)
        self._timer.start(EVERY_MS)
        self.refresh()

    def refresh(self) -> None:
        """Shows the present state."""
        shown = self._look()
        texts = shown.figures.texts()
        for name, label in self._values.items():
            label.setText(texts[name])
        colour = SENDING if shown.figures.sending else SYNC_COLOURS[shown.figures.sync]
        self._values["sync"].setStyleSheet(f"{BIG}; color: {colour}")
        parts = [f"packets: {texts['packets']}"]
        parts += [f"{name}: {texts[name]}" for name in ("bursts", "heard", "heard there")]
        if shown.figures.message:
            parts.append(f"“{shown.figures.message}”")
        self._below.setText("     ".join(parts))
        self._pictures.show_snapshot(shown)

    def _tiles(self) -> QtWidgets.QGridLayout:
        grid = QtWidgets.QGridLayout()
        grid.setHorizontalSpacing(20)
        for column, name in enumerate(TILES):
            heading, value = QtWidgets.QLabel(name), self._values[name]
            heading.setStyleSheet("color: gray")
            value.setTextFormat(QtCore.Qt.PlainText)
            value.setStyleSheet(BIG)
            grid.addWidget(heading, 0, column)
            grid.addWidget(value, 1, column)
            grid.setColumnStretch(column, 2 if name == "station" else 1)
        return grid
