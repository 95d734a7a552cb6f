# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports of runs: tables, plots, the page, the document."""

import re
from pathlib import Path

import pytest
from conftest import Largesc
from evaluation_run_folder import LOSSES, SYSTEMS, write_run
from gnuradio.largesc.evaluation.report import ReportError, write_report, write_results
from gnuradio.largesc.evaluation.report.plots import quality_against_loss
from gnuradio.largesc.evaluation.report.run_folder import load_runs
from gnuradio.largesc.evaluation.report.summary import Summary
from gnuradio.largesc.evaluation.report.tables import (
    difference_tables,
    problems_table,
    quality_tables,
    systems_table,
)


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("runs") / "try")


@pytest.fixture(scope="session")
def summary(run: Path) -> Summary:
    return Summary(load_runs([run]))


@pytest.fixture(scope="session")
def page(run: Path) -> str:
    write_report([run], run / "index.html")
    return (run / "index.html").read_text(encoding="utf-8")


def test_error_rates_are_of_all_words_with_intervals(summary: Summary) -> None:
    tables = {table.title: table for table in quality_tables(summary)}
    rows = {row[0]: row for row in tables["sentences, independent 20 %"].rows}
    # 6 errors by the loss, 0, 1 or 2 by the file (19 in 20 files), one insertion; of 100 words.
    value = 6 + 19 / 20 + 1
    figure, low, high = map(float, re.findall(r"[\d.]+", rows["mini 4"][1]))
    assert figure == pytest.approx(value, abs=0.051)
    assert low < figure < high
    assert len(tables) == len(LOSSES)


def test_bits_and_times_are_of_the_system(summary: Summary) -> None:
    rows = {row[0]: row[1:] for row in systems_table(summary).rows}
    assert rows["Opus 6k"] == ["6000", "–", "80", "160", "0.100"]
    assert rows["mini 4"][0] == "700"


def test_differences_that_are_certain_are_marked(summary: Summary) -> None:
    by_title = {table.title.split(": ")[1]: table for table in reversed(difference_tables(summary))}
    assert by_title["sentences, independent 40 %"].rows == [["Opus 6k", "-20.0 [-20.0, -20.0] *"]]
    assert by_title["sentences, no loss"].rows == [["Opus 6k", "0.0 [0.0, 0.0]"]]


def test_what_has_no_figures_says_why(summary: Summary) -> None:
    rows = problems_table(summary).rows
    assert ["SoundStream", "–", "no weights | anywhere"] in rows
    assert ["–", "a.wav", "<silent>"] in rows


def test_a_plot_has_a_line_for_every_system(summary: Summary) -> None:
    figure = quality_against_loss(summary, "sentences")
    assert figure is not None
    for axes in figure.axes:
        named = {text.get_text() for text in axes.texts}
        assert named == set(SYSTEMS)
        assert len(axes.containers) == len(SYSTEMS)


def test_the_page_needs_nothing_outside_itself(page: str) -> None:
    sources = re.findall(r"(?:src|href)\s*=\s*[\"']([^\"']*)", page)
    assert sources
    assert all(source.startswith("data:") for source in sources)
    assert "http" not in re.sub(r"data:[^\"']*", "", page)


def test_every_cell_plays_its_file_and_the_original(page: str) -> None:
    import html
    import json

    listed = re.search(r'<script type="application/json" id="sounds">(.*?)</script>', page, re.S)
    assert listed
    sounds = json.loads(listed[1])
    cells = re.findall(r'data-sound="([^"]*)" data-original="([^"]*)"', page)
    assert len(cells) == len(SYSTEMS) * len(LOSSES)
    for pair in cells:
        for key in map(html.unescape, pair):
            audio, picture = sounds[key]
            assert audio.startswith("data:audio/flac;base64,")
            assert picture.startswith("data:image/png;base64,")
    assert len({sounds[html.unescape(cell)][0] for cell, _ in cells}) == len(cells)


def test_names_and_texts_are_no_markup(page: str) -> None:
    assert "&lt;silent&gt;" in page
    assert "<b>this" not in page
    assert "A &lt;try&gt;." in page


def test_the_document_is_the_same_every_time(run: Path, tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "results-of-long-ago.png").touch()
    (tmp_path / "images" / "other.png").touch()
    write_results([run], tmp_path / "results.md")
    files = {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    write_results([run], tmp_path / "results.md")
    again = {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert files == again
    assert "results-of-long-ago.png" not in files
    assert "other.png" in files
    text = (tmp_path / "results.md").read_text()
    for image in re.findall(r"\]\((images/[^)]*)\)", text):
        assert (tmp_path / image).is_file()
    assert "whisper 1" in text
    assert "few: 20 files, 40 s" in text
    assert "no weights \\| anywhere" in text


def test_documents_beside_each_other_keep_their_plots(run: Path, tmp_path: Path) -> None:
    write_results([run], tmp_path / "results.md")
    first = set(tmp_path.glob("images/*.png"))
    write_results([run], tmp_path / "codec.md")
    others = set(tmp_path.glob("images/*.png")) - first
    assert {path.name.removeprefix("codec-") for path in others} == {
        path.name.removeprefix("results-") for path in first
    }
    assert first <= set(tmp_path.glob("images/*.png"))
    assert "--results docs/codec.md" in (tmp_path / "codec.md").read_text()


def test_a_run_that_is_not_finished_says_so(run: Path, tmp_path: Path) -> None:
    parts = tmp_path / "half" / "parts"
    parts.mkdir(parents=True)
    (parts / "a.parquet").write_bytes((run / "rows.parquet").read_bytes())
    write_report([tmp_path / "half"], tmp_path / "index.html")
    assert "Not finished: half" in (tmp_path / "index.html").read_text()


@pytest.mark.parametrize("what", ["none", "empty", "damaged", "foreign audio"])
def test_what_is_no_run_is_refused(run: Path, tmp_path: Path, what: str) -> None:
    folder = tmp_path / "run"
    if what != "none":
        folder.mkdir()
    if what == "damaged":
        (folder / "rows.parquet").write_bytes(b"PAR1 no table")
    if what == "foreign audio":
        (folder / "rows.parquet").write_bytes((run / "rows.parquet").read_bytes())
        (folder / "audio").mkdir()
        entry = '[{"system": "", "loss": "", "seed": 1, "file": "a", "subset": "b", "path": "%s"}]'
        (folder / "audio" / "index.json").write_text(entry % "../../../etc/passwd")
    with pytest.raises(ReportError):
        write_report([folder], tmp_path / "index.html")


def test_the_command_writes_both(run: Path, run_largesc: Largesc, tmp_path: Path) -> None:
    arguments = ["--page", tmp_path / "p.html", "--results", tmp_path / "docs.md"]
    done = run_largesc("evaluate", "report", run, *arguments)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "p.html").is_file()
    assert (tmp_path / "docs.md").is_file()


def test_the_command_says_what_is_wrong(run_largesc: Largesc, tmp_path: Path) -> None:
    done = run_largesc("evaluate", "report", tmp_path / "none")
    assert done.returncode != 0
    assert "is not a folder of a run" in done.stderr
    assert "Traceback" not in done.stderr
