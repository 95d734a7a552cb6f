# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many readers in reports: first, by condition and by reader, with the worst and what they are."""

import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from evaluation_reader_run import rows_of_readers, write_reader_run
from evaluation_run_folder import write_run
from gnuradio.largesc.evaluation.report import (
    clips,
    document,
    main_tables,
    write_report,
    write_results,
)
from gnuradio.largesc.evaluation.report import page as page_module
from gnuradio.largesc.evaluation.report.clips import chosen_files
from gnuradio.largesc.evaluation.report.reader_tables import (
    SHOWN_READERS,
    ReaderPart,
    reader_parts,
)
from gnuradio.largesc.evaluation.report.run_folder import load_runs
from gnuradio.largesc.evaluation.report.summary import Summary
from gnuradio.largesc.evaluation.report.tables import Table
from gnuradio.largesc.evaluation.run.parts import write_table
from gnuradio.largesc.evaluation.run.rows import table_of


@pytest.fixture(autouse=True)
def _quick_plots(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks at a picture here, and matplotlib takes its time for each."""
    for module in (document, page_module):
        for name in ("quality_against_bit_rate", "quality_against_channel"):
            monkeypatch.setattr(module, name, lambda *arguments: None)
    monkeypatch.setattr(clips, "spectrogram_png", lambda *arguments: b"a picture")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_reader_run(tmp_path_factory.mktemp("runs") / "readers")


def part_of(*folders: Path) -> ReaderPart:
    [part] = reader_parts(Summary(load_runs(folders)))
    return part


def table(part: ReaderPart, title: str) -> Table:
    [found] = [one for one in part.tables if one.title == title]
    return found


def test_of_channels_that_name_no_loss_rate_it_says_what_was_lost(tmp_path: Path) -> None:
    air = {"loss": "air 3 dB", "loss_rate": None, "channel_family": "air", "axis": "snr_db"}
    rows = [
        {**row, **told, "packets": 50, "lost": lost}
        for row in rows_of_readers("readers")
        for told, lost in (({}, 0), (air | {"axis_value": 3.0}, 4))
    ]
    folder = write_reader_run(tmp_path / "run")
    metadata = pq.read_table(folder / "rows.parquet").schema.metadata[b"largesc"]
    write_table(folder / "rows.parquet", table_of(rows, metadata))
    lost = table(part_of(folder), "packets lost (%): readers")
    assert lost.rows[1] == ["readers, air 3 dB", *3 * ["8.0 [8.0, 8.0]"]]


def test_every_condition_has_a_row_with_intervals(run: Path) -> None:
    words = table(part_of(run), "WER (%): readers, no loss")
    assert words.header == ["speech", "original", "mini 8 hold", "Codec2 1300"]
    rows = {row[0]: row[1:] for row in words.rows}
    assert list(rows) == ["readers", "readers-noise"]
    # 10, 40 and 20 of 100 words and one more in a quarter of the files: 23.6; noise adds 20.
    assert rows["readers"][1].startswith("23.6 [")
    assert rows["readers-noise"][1].startswith("43.6 [")
    # Readers differ more than their files: the interval is nearly that of three values.
    low, high = map(float, re.findall(r"[\d.]+", rows["readers"][1])[1:])
    assert low < 12
    assert high > 35
    assert table(part_of(run), "PLCMOS: readers, no loss").rows[0][1].startswith("4.45 [")


def test_the_worst_reader_is_named_for_every_system(run: Path) -> None:
    rows = table(part_of(run), "Worst reader, WER (%): readers, no loss").rows
    assert rows[0] == ["readers", "bob: 9.2", "bob: 40.2", "ann: 60.2"]
    assert rows[1] == ["readers-noise", "bob: 11.2", "bob: 60.2", "ann: 80.2"]


def test_readers_stand_from_worst_to_best_by_our_systems(run: Path) -> None:
    found = table(part_of(run), "From worst to best reader, WER (%) and PLCMOS: readers, no loss")
    assert found.rows == [
        ["bob", "worst", "9.2; 4.41", "40.2; 4.10", "30.2; 4.20"],
        ["cat", "middle", "5.2; 4.45", "20.2; 4.30", "30.2; 4.20"],
        ["ann", "best", "1.2; 4.49", "10.2; 4.40", "60.2; 3.90"],
    ]


def test_the_original_has_figures_for_every_reader_and_condition(run: Path) -> None:
    found = table(part_of(run), "The original itself, WER (%) and PLCMOS: readers")
    assert found.header == ["reader", "readers", "readers-noise"]
    assert found.rows == [
        ["ann", "1.2; 4.49", "3.2; 3.49"],
        ["bob", "9.2; 4.41", "11.2; 3.41"],
        ["cat", "5.2; 4.45", "7.2; 3.45"],
    ]


def test_what_the_set_is_is_said(run: Path, tmp_path: Path) -> None:
    words = part_of(run).words
    for said in ("3 readers", "one collection", "one accent", "Mandarin", "adults", "understands",
                 "studio reader", "choose no setting"):  # fmt: skip
        assert said in words
    other = write_reader_run(tmp_path / "a", ["development", "development-noise"])
    assert "choose settings" in part_of(other).words
    folder = write_reader_run(tmp_path / "b", ["test-clean"], "LibriSpeech test-clean")
    assert part_of(folder).words == (
        "What this set is: 3 readers of LibriSpeech test-clean, subset test-clean."
    )
    assert len(part_of(folder).tables) == 5
    # A folder of somebody's own may call its subset as ours is called.
    own = write_reader_run(tmp_path / "c", ["readers"], "mine")
    assert "Mandarin" not in part_of(own).words


@pytest.mark.slow
def test_readers_stand_first_in_every_report(run: Path, tmp_path: Path) -> None:
    studio = write_run(tmp_path / "studio", files=3)
    runs = [studio, run]
    assert Summary(load_runs(runs)).subsets == ["readers", "readers-noise", "sentences"]
    write_report(runs, tmp_path / "page.html")
    write_results(runs, tmp_path / "results.md")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    results = (tmp_path / "results.md").read_text(encoding="utf-8")
    assert re.findall(r"<h2>(.*?)</h2>", page)[0] == "By reader: readers"
    assert re.findall(r"^## (.*)", results, re.M)[0] == "By reader: readers"
    for text in (page, results):
        assert text.index("Mandarin") < text.index("From worst to best") < text.index("bit/s on")
    assert main_tables(runs)[0].title == "WER (%): readers, no loss"


def test_one_reader_has_no_part(tmp_path: Path) -> None:
    assert reader_parts(Summary(load_runs([write_run(tmp_path / "run", files=3)]))) == []


def test_the_worst_the_middle_and_the_best_reader_are_heard(run: Path, tmp_path: Path) -> None:
    heard = [(one.file, one.words) for one in chosen_files(Summary(load_runs([run])))]
    assert heard == [
        ("readers/bob-0", "worst reader bob"),
        ("readers/cat-0", "middle reader cat"),
        ("readers/ann-0", "best reader ann"),
        ("readers-noise/cat-0", "middle reader cat"),
    ]
    write_report([run], tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.count("data-sound=") == 4 * 3
    cell = re.search(
        r'data-what="readers, bob, mini 8 hold, no loss".*?WER \(%\) ([^<]*)', page, re.S
    )
    assert cell
    assert cell[1].startswith("40.2 [")  # the reader's own figures
    two = write_reader_run(tmp_path / "two", ["readers"], heard=["ann", "bob"])
    assert [one.words for one in chosen_files(Summary(load_runs([two])))] == [
        "worst reader bob",
        "best reader ann",
    ]
    silent = write_reader_run(tmp_path / "silent", ["readers"], heard=[])
    assert [one.file for one in chosen_files(Summary(load_runs([silent])))] == [""]


def test_a_crowd_is_told_in_three(run: Path, tmp_path: Path) -> None:
    from evaluation_reader_run import rows_of_readers

    crowd = [
        row | {"reader": f"{number:03d}", "file": f"crowd/{number:03d}", "substitutions": number}
        for row in rows_of_readers("crowd")[::12]
        for number in range(SHOWN_READERS + 1)
    ]
    (tmp_path / "crowd").mkdir()
    write_table(tmp_path / "crowd" / "rows.parquet", table_of(crowd))
    part = part_of(tmp_path / "crowd")
    for found in part.tables[-2:]:
        assert [row[0] for row in found.rows] == ["050", "025", "000"]
