# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A budget goes to the slots that come, through the kernels, on air by arithmetic."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))
from slot_figures.modelled_air import modelled
from slot_figures.sending import Way, send, speech
from slot_figures.verdicts import SIZES, SLOTS, Point, Verdicts, read, write

FRAMES = 200
FIXED = (Way("7", (4, 0)), Way("13", (8, 0)))
BY_SIZE = Way("by size", budget=1300.0, by_size=True)
ONE_P = Way("one p", budget=1300.0)


def costs(point: Point, *ways: Way) -> list[float]:
    air, frames = modelled(point, 3, FRAMES), speech(FRAMES, 3)
    return [send(way, air, frames).cost for way in ways]


@pytest.mark.parametrize("snr", [-4.0, -2.0, 4.0])
def test_in_white_noise_it_is_as_good_as_the_best_fixed_slot(snr: float) -> None:
    small, medium, chosen, before = costs(Point("none", snr), *FIXED, BY_SIZE, ONE_P)
    assert chosen <= min(small, medium) + 0.05  # a second in small slots, before the first report
    if snr < 0.0:
        assert before > 2.0 * chosen


@pytest.mark.parametrize("snr", [-2.0, 8.0])
def test_on_fading_paths_it_is_close_to_the_best_fixed_slot(snr: float) -> None:
    small, medium, chosen = costs(Point("mpp", snr), *FIXED, BY_SIZE)
    assert chosen <= 1.25 * min(small, medium) + 0.05


def test_the_same_speech_on_the_same_air_costs_the_same() -> None:
    assert costs(Point("mpp", 4.0), BY_SIZE) == costs(Point("mpp", 4.0), BY_SIZE)


@pytest.mark.slow
def test_modelled_losses_are_those_measured_on_fading_paths() -> None:
    # docs/modem.md, "How well", MPP; 20,000 slots.
    for size, snr, lost in ((7, -1.0, 0.215), (13, 3.0, 0.188), (23, 8.0, 0.321)):
        air = modelled(Point("mpp", snr), 1, 20000)
        assert 1.0 - air.came[SIZES.index(size)].mean() == pytest.approx(lost, abs=0.05)


def test_recorded_overs_are_kept_as_they_are(tmp_path: Path) -> None:
    air = modelled(Point("mpp", 2.0), 1)
    told = np.where(air.came, np.round(2.0 * air.snr) / 2.0, np.nan).astype(np.float32)
    write(tmp_path / "kept.npz", [Verdicts(air.point, air.came, told)])
    (again,) = read(tmp_path / "kept.npz")
    assert again.point == air.point
    assert again.came.shape == (3, SLOTS)
    np.testing.assert_array_equal(again.came, air.came)
    np.testing.assert_array_equal(again.snr, told)
