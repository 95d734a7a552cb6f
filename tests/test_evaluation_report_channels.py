# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Channels in reports: by their columns, whatever their labels say."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from evaluation_run_folder import write_run
from gnuradio.largesc.evaluation.report import ReportError, document, write_results
from gnuradio.largesc.evaluation.report.channel_entry import Curve
from gnuradio.largesc.evaluation.report.plots import quality_against_channel
from gnuradio.largesc.evaluation.report.run_folder import load_runs
from gnuradio.largesc.evaluation.report.summary import Summary
from gnuradio.largesc.evaluation.report.tables import quality_tables
from gnuradio.largesc.evaluation.run.parts import write_table
from gnuradio.largesc.evaluation.run.rows import table_of

# Labels that say nothing: what a channel is, its other columns tell.
CHANNELS = {
    "all": ("none", "{}", "loss_rate", 0.0),
    "b": ("gilbert", '{"burst_ms": 80}', "loss_rate", 0.1),
    "a": ("gilbert", '{"burst_ms": 240}', "loss_rate", 0.3),
    "c": ("gilbert", '{"burst_ms": 240}', "loss_rate", 0.1),
    "d 7 %": ("watterson", '{"spread_hz": 1}', "snr_db", -3.0),
    "e": ("watterson", '{"spread_hz": 1}', "snr_db", 12.0),
    "f": ("trace", "{}", "", None),
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("runs") / "try", files=2)


@pytest.fixture(scope="module")
def fading(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_run(tmp_path_factory.mktemp("fading") / "run", files=2)
    table = pq.read_table(folder / "rows.parquet")
    rows = []
    for row in table.to_pylist():
        if row["loss"] != "no loss":
            continue
        for label, (family, settings, axis, value) in CHANNELS.items():
            told = {"channel_family": family, "channel_settings": settings, "loss": label}
            rows.append({**row, **told, "axis": axis, "axis_value": value, "loss_rate": None})
    write_table(folder / "rows.parquet", table_of(rows, table.schema.metadata[b"largesc"]))
    (folder / "audio" / "index.json").unlink()
    return folder


def test_channels_stand_by_what_they_are_and_not_by_their_labels(fading: Path) -> None:
    summary = Summary(load_runs([fading]))
    assert summary.losses_of("sentences") == ["all", "c", "a", "b", "f", "d 7 %", "e"]
    assert [table.title for table in quality_tables(summary)][1] == "sentences, c"


@pytest.mark.slow
def test_every_axis_has_a_plot_of_its_longest_line(
    fading: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = Summary(load_runs([fading]))
    by_axis = {curve.axis: curve for curve in summary.curves_of("sentences")}
    assert by_axis == {
        "loss_rate": Curve("gilbert", '{"burst_ms": 240}', "loss_rate"),
        "snr_db": Curve("watterson", '{"spread_hz": 1}', "snr_db"),
    }
    seen = {}
    for axis, curve in by_axis.items():
        figure = quality_against_channel(summary, "sentences", curve)
        assert figure is not None
        seen[axis] = [(a.get_xlabel(), list(a.get_xticks())) for a in figure.axes]
    assert seen["loss_rate"] == 2 * [("loss rate (%)", [0, 10, 30])]
    assert seen["snr_db"] == 2 * [("SNR in 3 kHz (dB)", [-3, 12])]
    monkeypatch.setattr(document, "png", lambda figure: b"a picture")
    write_results([fading], tmp_path / "docs.md")
    names = {path.name for path in tmp_path.glob("images/*.png")}
    assert {"docs-sentences-loss-rate.png", "docs-sentences-snr-in-3-khz.png"} <= names


@pytest.mark.parametrize("column", ["channel_family", "axis_value"])
def test_a_run_of_an_older_version_is_to_be_done_again(
    run: Path, tmp_path: Path, column: str
) -> None:
    table = pq.read_table(run / "rows.parquet").drop_columns([column])
    write_table(tmp_path / "rows.parquet", table)
    with pytest.raises(ReportError, match=r"older version.*run the experiment again.*--redo"):
        load_runs([tmp_path])


def test_one_label_for_two_channels_is_refused(run: Path, fading: Path, tmp_path: Path) -> None:
    table = pq.read_table(run / "rows.parquet")
    rows = [{**row, "channel_settings": '{"per": "packet"}'} for row in table.to_pylist()]
    write_table(tmp_path / "rows.parquet", table_of(rows, table.schema.metadata[b"largesc"]))
    load_runs([run, fading])
    with pytest.raises(ReportError, match="no loss is not the same channel in both"):
        load_runs([run, tmp_path])
