# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logs of a training that goes on with other losses than it began with."""

import csv
from pathlib import Path

from largesc_training.curves import draw_curves
from largesc_training.training_log import LOG, add_row


def test_a_loss_that_comes_later_has_a_column_of_its_own(tmp_path: Path) -> None:
    add_row(tmp_path / LOG, 50, 1.0, {"mel, 4": 0.5, "phone": 2.0})
    add_row(tmp_path / LOG, 100, 2.0, {"heard": 0.25, "phone": 1.5})
    add_row(tmp_path / LOG, 150, 3.0, {"heard": 0.125, "phone": 1.0})
    with (tmp_path / LOG).open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["step"] for row in rows] == ["50", "100", "150"]
    assert [row["mel, 4"] for row in rows] == ["0.5", "", ""]
    assert [row["heard"] for row in rows] == ["", "0.25", "0.125"]
    draw_curves(tmp_path)
    assert (tmp_path / "curves.png").stat().st_size > 1000
