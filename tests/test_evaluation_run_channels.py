# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs over channels: seeds, what rows tell of a channel, systems that hear back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from evaluation_fakes import FAKES
from evaluation_trial import EXPERIMENT, Run, one_worker, rows_in
from gnuradio.largesc.evaluation.channels.interface import channel_seed
from gnuradio.largesc.evaluation.run.experiment_file import load_experiment


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    with one_worker() as run:
        yield run


def test_losses_are_the_ones_the_seed_of_the_file_gives(run: Run, tmp_path: Path) -> None:
    run(tmp_path / "out")
    source = tmp_path / "source.yaml"
    losses = {loss.label: loss for loss in load_experiment(str(source), FAKES).experiment.losses}
    for row in (row for row in rows_in(tmp_path / "out") if row["system"]):
        seed = channel_seed(row["seed"], row["file"])
        seconds = row["packet_seconds"]
        channel = losses[row["loss"]].build(seconds)
        channel.reset(seed)
        lost = [not channel.carry(b"", k * seconds, seconds) for k in range(row["packets"])]
        assert row["lost"] == sum(lost)


def test_rows_tell_family_axis_and_value_of_their_channels(run: Run, tmp_path: Path) -> None:
    noisy = "  - {process: noisy, snr_db: 3}\n  - {process: noisy, snr_db: -1.5}\nseeds"
    run(tmp_path / "out", EXPERIMENT.replace("seeds", noisy))
    rows = [row for row in rows_in(tmp_path / "out") if row["system"]]
    names = ("channel_family", "channel_settings", "axis", "axis_value", "loss_rate")
    told = {row["loss"]: tuple(row[name] for name in names) for row in rows}
    assert told == {
        "no loss": ("none", "{}", "loss_rate", 0.0, 0.0),
        "independent 40 %": ("independent", "{}", "loss_rate", 0.4, 0.4),
        "gilbert 30 %, 240 ms": ("gilbert", '{"burst_ms": 240.0}', "loss_rate", 0.3, 0.3),
        "noisy 3 dB": ("noisy", "{}", "snr_db", 3.0, None),
        "noisy -1.5 dB": ("noisy", "{}", "snr_db", -1.5, None),
    }
    lost = {loss: sum(r["lost"] for r in rows if r["loss"] == loss) for loss in told}
    assert 0 == lost["no loss"] < lost["noisy 3 dB"] < lost["noisy -1.5 dB"]


def test_a_system_that_hears_back_changes_what_it_sends(run: Run, tmp_path: Path) -> None:
    text = EXPERIMENT.replace("[{kind: samples}, {kind: samples, gain: 0.5}]", "[{kind: repeats}]")
    run(tmp_path / "out", text)
    rows = [row for row in rows_in(tmp_path / "out") if row["system"]]
    assert len(rows) == 3 * 5
    assert {row["problem"] for row in rows} == {""}
    for row in rows:
        row["slots"] = -(-round(row["seconds"] * 24000) // 480)
    [whole, broken] = [[r for r in rows if (r["loss"] == "no loss") == wanted] for wanted in (1, 0)]
    for row in whole:
        assert (row["packets"], row["told"], row["distance"]) == (row["slots"], row["slots"], 0.0)
    packets, told, slots = (sum(r[name] for r in broken) for name in ("packets", "told", "slots"))
    assert packets > slots  # it repeats after a loss that it was told of
    assert 0 < told < slots  # on the way back reports are lost, too
