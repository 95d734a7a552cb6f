# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of ``largesc evaluate``: names as they are, and nothing of a run is written over."""

from pathlib import Path

import pytest
from conftest import Largesc
from evaluation_run_folder import write_run

TRAPS = ["[/QRP]", "[old] :smile:"]  # for rich: a tag that closes nothing; a tag and an emoji
pytestmark = pytest.mark.usefixtures("_no_pages")


@pytest.fixture
def _no_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """For what looks at no page: a report takes seconds."""
    from gnuradio.largesc.evaluation import report

    for name in ("write_report", "write_results"):
        monkeypatch.setattr(report, name, lambda runs, path: path.write_text("a document"))


@pytest.mark.parametrize("trap", TRAPS)
def test_names_of_folders_are_no_markup(run_largesc: Largesc, tmp_path: Path, trap: str) -> None:
    run = write_run(tmp_path / f"run {trap.replace('/', '')}", 1)
    results = tmp_path / trap / "results.md"
    done = run_largesc("evaluate", "report", run, "--results", results)
    assert done.returncode == 0, done.stderr
    assert f"page: {run}/index.html\n" in done.stderr
    assert f"results: {results}\n" in done.stderr


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--page", "run/rows.parquet"), "it is the same file as run/rows.parquet"),
        (("--results", "run/audio/0.flac"), "it is the same file as run/audio/0.flac"),
        (("--page", "one.md", "--results", "one.md"), "it is the same file as one.md"),
        (("--page", "run"), "it is a folder"),
    ],
)
def test_a_report_writes_over_nothing_that_it_reads(
    run_largesc: Largesc, tmp_path: Path, options: tuple[str, ...], says: str
) -> None:
    run = write_run(tmp_path / "run", 1)
    before = {file: file.read_bytes() for file in run.rglob("*.*")}
    done = run_largesc("evaluate", "report", "run", *options, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert says in done.stderr
    assert {file: file.read_bytes() for file in run.rglob("*.*")} == before


def test_a_document_writes_over_no_page_that_nobody_named(
    run_largesc: Largesc, tmp_path: Path
) -> None:
    write_run(tmp_path / "run", 1)
    done = run_largesc("evaluate", "report", "run", "--results", "run/index.html", cwd=tmp_path)
    assert (done.returncode, "it is the same file as run/index.html" in done.stderr) == (2, True)
    assert not (tmp_path / "run" / "index.html").exists()


def test_a_listening_test_of_no_run_leaves_no_folder(run_largesc: Largesc, tmp_path: Path) -> None:
    done = run_largesc("evaluate", "listen", "nope", "--out", "new", cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert not (tmp_path / "new").exists()


def test_a_screening_writes_over_no_costs(run_largesc: Largesc, tmp_path: Path) -> None:
    (tmp_path / "costs.safetensors").write_bytes(b"some")
    options = ("--out", "out", "--results", "costs.safetensors")
    done = run_largesc("evaluate", "screen", ".", *options, cwd=tmp_path)
    assert done.returncode == 2
    assert "it is the same file as costs.safetensors" in done.stderr
