# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports of runs: tables, plots, the page, the document."""

import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from conftest import Largesc
from evaluation_run_folder import LOSSES, SYSTEMS, write_run
from gnuradio.largesc.evaluation.report import ReportError, document, write_report, write_results
from gnuradio.largesc.evaluation.report import page as page_module
from gnuradio.largesc.evaluation.report.detail_tables import detail_tables
from gnuradio.largesc.evaluation.report.difference_tables import difference_tables
from gnuradio.largesc.evaluation.report.plots import quality_against_channel
from gnuradio.largesc.evaluation.report.run_folder import load_runs
from gnuradio.largesc.evaluation.report.summary import Summary
from gnuradio.largesc.evaluation.report.tables import (
    problems_table,
    quality_tables,
    systems_table,
)
from gnuradio.largesc.evaluation.run.parts import write_table
from gnuradio.largesc.evaluation.run.rows import table_of


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


@pytest.fixture
def _quick_plots(monkeypatch: pytest.MonkeyPatch) -> None:
    """For what looks at no picture: matplotlib takes a second for each."""
    for module in (document, page_module):
        monkeypatch.setattr(module, "png", lambda figure: b"a picture")


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


@pytest.mark.slow
@pytest.mark.usefixtures("_quick_plots")
@pytest.mark.parametrize(("reference", "other"), [("Opus 6k", "mini 4"), ("mini 4", "Opus 6k")])
def test_references_stand_against_all_others(tmp_path: Path, reference: str, other: str) -> None:
    folder = write_run(tmp_path / "run", references=[reference])
    tables = {table.title: table for table in difference_tables(Summary(load_runs([folder])))}
    assert len(tables) == 2 * len(LOSSES)  # word errors and PLCMOS
    assert not any("ours" in title or "log-mel" in title for title in tables)
    title = "WER (%), less the reference's (lower is better): sentences, independent 40 %"
    sign = "-" if reference == "Opus 6k" else ""
    assert tables[title].header == ["reference", other]
    assert tables[title].rows == [[reference, f"{sign}20.0 [{sign}20.0, {sign}20.0] *"]]
    write_report([folder], tmp_path / "page.html")
    write_results([folder], tmp_path / "results.md")
    for path in (tmp_path / "page.html", tmp_path / "results.md"):
        assert "References and all others, paired" in path.read_text(encoding="utf-8")


def test_log_mel_distance_is_compared_where_it_is_there(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run", references=["mini 4"])
    table = pq.read_table(folder / "rows.parquet")
    rows = table.to_pylist()
    for row in rows:
        row["log_mel_distance"] = row["words"] and (3.5 if row["system"] == "mini 4" else 5.0)
    write_table(folder / "rows.parquet", table_of(rows, table.schema.metadata[b"largesc"]))
    tables = difference_tables(Summary(load_runs([folder])))
    found = [table.rows for table in tables if table.title.startswith("log-mel distance, less")]
    assert found == len(LOSSES) * [[["mini 4", "1.50 [1.50, 1.50] *"]]]


def test_references_of_one_run_hold_for_all_in_a_report(run: Path, tmp_path: Path) -> None:
    other = write_run(tmp_path / "other", references=["Opus 6k", "gone"])
    for folders in ([run, other], [other, run]):
        tables = difference_tables(Summary(load_runs(folders)))
        assert {table.header[0] for table in tables} == {"reference"}
        assert all([row[0] for row in table.rows] == ["Opus 6k"] for table in tables)


def test_word_errors_stand_apart_by_kind(summary: Summary) -> None:
    [table] = detail_tables(summary, "sentences", "independent 40 %")
    assert table.title == "Word errors: sentences, independent 40 %"
    parts = ["substitutions (%)", "insertions (%)", "deletions (%)"]
    assert table.header == ["system", "WER (%)", *parts]
    rows = {row[0]: [float(cell.split(" ")[0]) for cell in row[1:]] for row in table.rows}
    # 12 and 32 by the loss and 0, 1 or 2 by the file; one insertion; of 100 words.
    assert rows["mini 4"] == pytest.approx([13.95, 12.95, 1.0, 0.0], abs=0.051)
    assert rows["Opus 6k"] == pytest.approx([33.95, 32.95, 1.0, 0.0], abs=0.051)


@pytest.mark.usefixtures("_quick_plots")
@pytest.mark.slow
def test_tokens_stand_by_codebook_where_there_are_any(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run", has_tokens=True)
    summary = Summary(load_runs([folder]))
    [_, table] = detail_tables(summary, "sentences", "independent 20 %")
    codebooks = [f"codebook {k}" for k in range(4)]
    assert table.header == ["system", *codebooks, "recovery (ms per frame)"]
    [row] = table.rows
    # Of 20 tokens 10, 6, 5, 4 in every file, one more in every second; 50 ms in 25 frames.
    figures = [float(cell.split(" ")[0]) for cell in row[1:]]
    assert row[0] == "mini 4"
    assert figures == pytest.approx([52.5, 32.5, 27.5, 22.5, 2.0], abs=0.051)
    assert all("[" in cell for cell in row[1:])
    assert len(detail_tables(summary, "sentences", "no loss")) == 1  # there nothing is missing
    write_report([folder], tmp_path / "page.html")
    write_results([folder], tmp_path / "results.md")
    for path in (tmp_path / "page.html", tmp_path / "results.md"):
        text = path.read_text(encoding="utf-8")
        assert text.count("Lost tokens that recovery got right (%): sentences") == 2
        assert text.count("Word errors: sentences") == len(LOSSES)


def test_what_has_no_figures_says_why(summary: Summary) -> None:
    rows = problems_table(summary).rows
    assert ["SoundStream", "–", "no weights | anywhere"] in rows
    assert ["–", "a.wav", "<silent>"] in rows


def test_a_plot_has_a_line_for_every_system(summary: Summary) -> None:
    [curve] = summary.curves_of("sentences")
    figure = quality_against_channel(summary, "sentences", curve)
    assert figure is not None
    for axes in figure.axes:
        named = {text.get_text() for text in axes.texts}
        assert named == set(SYSTEMS)
        assert len(axes.containers) == len(SYSTEMS)
        assert axes.get_xlabel() == "loss rate (%)"
        assert list(axes.get_xticks()) == [0, 20, 40]


@pytest.mark.slow
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


@pytest.mark.slow
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
    assert "`try` (`largesc evaluate run try --out try`)." in text
    assert "few: 20 files, 40 s" in text
    assert "no weights \\| anywhere" in text


@pytest.mark.usefixtures("_quick_plots")
@pytest.mark.slow
def test_documents_beside_each_other_keep_their_plots(run: Path, tmp_path: Path) -> None:
    write_results([run], tmp_path / "results.md")
    first = set(tmp_path.glob("images/*.png"))
    write_results([run], tmp_path / "codec.md")
    others = set(tmp_path.glob("images/*.png")) - first
    assert {path.name.removeprefix("codec-") for path in others} == {
        path.name.removeprefix("results-") for path in first
    }
    assert first <= set(tmp_path.glob("images/*.png"))
    assert "--results codec.md` of" in (tmp_path / "codec.md").read_text()


@pytest.mark.usefixtures("_quick_plots")
def test_a_document_in_the_project_says_its_place_and_links_to_its_neighbours(
    run: Path, tmp_path: Path
) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "metrics.md").touch()
    folder = tmp_path / "results" / "mini-9"
    folder.mkdir(parents=True)
    write_results([run], folder / "codec.md")
    text = (folder / "codec.md").read_text()
    assert "--results results/mini-9/codec.md` of" in text
    assert "[metrics](../../docs/metrics.md)" in text


@pytest.mark.usefixtures("_quick_plots")
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


@pytest.mark.slow
@pytest.mark.usefixtures("_quick_plots")
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
