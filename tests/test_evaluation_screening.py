# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Allocations screened: losses replayed on costs, hulls, what is saved against them."""

import json
from pathlib import Path

import numpy as np
import pytest
from largesc.control.importance_network import ImportanceNetwork
from largesc.evaluation.screening.hull import lower_hull
from largesc.evaluation.screening.measured_frames import MeasuredFrames, read_measured_frames
from largesc.evaluation.screening.replay import costs_of, replay
from largesc.evaluation.screening.savings import NONE, screened_channels
from largesc.evaluation.screening.screen import ScreenError, screen
from largesc.evaluation.screening.screen_settings import read_screen_settings
from largesc.evaluation.screening.ways import ADAPTIVE, FIXED, Way, fixed_ways
from largesc.frame.speech_facts import SpeechFacts
from largesc.frame.tokens import Allocation
from largesc.link.arrival import Arrival
from safetensors.numpy import save_file
from test_importance_network import random_weights

FRAMES, DIMENSION = 40, 4
NETWORK = ImportanceNetwork(random_weights(DIMENSION, 3))
SPEECH = np.zeros(FRAMES, dtype=bool)
RECEIVED = np.array([8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 0.0])
TOLD = {"look_ahead": 1, "recovery": "hold", "codec": "c0de", "origin": "made up"}


class Losing:
    """A channel that loses the packets of some frames."""

    def __init__(self, *lost: int):
        self._lost = lost

    def reset(self, seed: int) -> None:
        """Nothing is left to chance."""

    def carry(self, packet: bytes, start: float, airtime: float) -> list[Arrival]:
        return [] if round(start / 0.08) in self._lost else [Arrival(packet)]

    def end(self) -> list[Arrival]:
        return []


@pytest.fixture(scope="module")
def frames() -> MeasuredFrames:
    costs = np.tile(np.stack([RECEIVED, 10.0 * RECEIVED]), (FRAMES, 1, 1))
    facts = [SpeechFacts(-30.0, 3.0, np.zeros(DIMENSION, np.float32))] * FRAMES
    return MeasuredFrames(facts, costs, np.array(["a", "b"]).repeat(FRAMES // 2), TOLD)


@pytest.mark.parametrize(
    ("allocation", "lost", "cost"),
    [
        (Allocation(8, 0), (), 0.0),
        (Allocation(5, 0), (), FRAMES * 3.0),
        (Allocation(8, 0), (9,), 8.0),
        (Allocation(8, 3, 1), (9,), 5.0),  # three tokens were repeated
        (Allocation(8, 0), (9, 10), 2 * (8.0 + 80.0) / 2),  # each has a neighbour that is lost
        (Allocation(8, 7, 1), (9, 10), 8.0 + (1.0 + 10.0) / 2),  # the second one was repeated
    ],
)
def test_what_comes_of_a_frame_is_what_it_costs(
    frames: MeasuredFrames, allocation: Allocation, lost: tuple[int, ...], cost: float
) -> None:
    came = replay(Way(FIXED, allocation), frames, SPEECH, Losing(*lost), 1, NETWORK)
    assert came.bits[5:].min() == came.bits.max()
    assert costs_of(came.known, frames, SPEECH).sum() == pytest.approx(cost)


def test_silence_costs_two_bytes_and_nothing_else(frames: MeasuredFrames) -> None:
    silent = SPEECH.copy()
    silent[10:20] = True
    came = replay(Way(FIXED, Allocation(4, 0)), frames, silent, Losing(15), 1, NETWORK)
    assert (came.bits[silent] == 16).all()
    assert (costs_of(came.known, frames, silent)[silent] == 0).all()


def test_every_fixed_allocation_has_a_name_of_its_own() -> None:
    ways = fixed_ways(3)
    assert len({way.name for way in ways}) == len(ways) == 5 + 5 * 7 * 4  # three lags and a code
    assert all(way.allocation.reach <= 3 for way in ways if way.allocation is not None)


def test_hull_goes_below_all_points_and_tells_what_is_saved() -> None:
    bps, cost = [700, 800, 900, 1000, 1000, 1200], [10.0, 9.5, 5.0, 2.0, 3.0, 2.5]
    hull = lower_hull(bps, cost)
    assert hull.places == [0, 3]  # to the cheapest point; what lies on a line is no corner
    assert hull.cost_at(850) == 6.0
    assert hull.bps_at(6.0) == 850.0
    assert hull.saved(680, 6.0) == pytest.approx(0.2)
    assert hull.saved(1700, 6.0) == pytest.approx(-1.0)
    assert hull.saved(1000, 0.0) == 0.0  # beyond its end the hull has its last corner


def test_screening_goes_on_where_it_was_stopped(frames: MeasuredFrames, tmp_path: Path) -> None:
    text = "{losses: [{process: independent, loss_rate: 0.3}], budgets: [900, 1300],"
    (tmp_path / "s.yaml").write_text(text + "other_budgets: [1100], seeds: [1], settled: 3}")
    settings, said = read_screen_settings(tmp_path / "s.yaml"), []
    rows = screen(frames, NETWORK, settings, tmp_path, said.append)
    again = screen(frames, NETWORK, settings, tmp_path, said.append)
    assert len(said) == 1  # the second time none
    assert rows.equals(again)
    (channel,) = screened_channels(rows, 5)
    assert [point.budget for point in channel.points(ADAPTIVE)] == [900, 1300]
    assert channel.points(NONE)[0].bps == pytest.approx(700)
    assert (channel.saved(NONE)[0] <= 1e-9).all()  # some of the fixed are not better than all
    with pytest.raises(ScreenError, match="other frames or settings"):
        screen(frames, NETWORK, settings.model_copy(update={"settled": 4}), tmp_path, said.append)


def test_costs_that_cannot_be_replayed_are_refused(tmp_path: Path) -> None:
    arrays = {
        "latent": np.zeros((3, DIMENSION)),
        "distance": np.ones((3, 2, 9, 4)),
        **{name: np.zeros(3) for name in ("level", "flux")},
        "frame": np.array([5.0, 6.0, 7.0]),
    }
    given = {name: array.astype(np.float32) for name, array in arrays.items()}
    given["reader"] = np.array([0, 0, 1], np.int32)
    said = {"facts": json.dumps(TOLD | {"readers": ["a", "b"]})}
    save_file(given, tmp_path / "costs.safetensors", said)
    assert read_measured_frames(tmp_path).costs.shape == (3, 2, 9)
    given["frame"][1] = 8.0
    save_file(given, tmp_path / "costs.safetensors", said)
    with pytest.raises(ValueError, match="must follow each other"):
        read_measured_frames(tmp_path)
    with pytest.raises(ValueError, match="no set of measured costs"):
        read_measured_frames(tmp_path / "nowhere")
