# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs in which something goes wrong: rows without figures, and what cannot start."""

import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from dask.utils import parse_timedelta
from evaluation_trial import EXPERIMENT, Run, one_worker, rows_in, run_with
from gnuradio.largesc.evaluation.run import dask_client


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    with one_worker() as run:
        yield run


@pytest.mark.slow
def test_problems_are_rows_without_figures_and_the_run_goes_on(tmp_path: Path) -> None:
    troubles = ["raises", "not finite", "short", "kills its process"]
    systems = ["{kind: absent}", "{kind: samples}", "{kind: samples, gain: 0.0}"]
    systems += [f"{{kind: samples, trouble: {trouble}}}" for trouble in troubles]
    text = EXPERIMENT.replace("[{kind: samples}, {kind: samples, gain: 0.5}]", "[%s]")
    text = text % ", ".join(systems) + "corpus: {subsets: [digits], limit: 1}\n"
    outcome, _ = run_with(tmp_path / "out", text, workers=1)
    rows = rows_in(tmp_path / "out")
    assert len(outcome.died) == 1
    expected = {
        "samples x1 that raises": "running: RuntimeError: no speech today",
        "samples x1 that not finite": "running: 3 samples are not finite",
        "samples x1 that short": "running: output of shape (11993,) instead of (12000,)",
        "samples x1 that kills its process": "the worker process died",
        "samples x0": "metric loudness: RuntimeError: nothing to hear",
        "absent": "its library is not installed",
    }
    for system, problem in expected.items():
        found = [row for row in rows if row["system"] == system and row["problem"]]
        assert found, system
        assert all(row["problem"].startswith(problem) for row in found)
        assert all(row["distance"] is None and row["plcmos"] is None for row in found)
    lossless = [row for row in rows if row["system"].endswith("raises") and not row["problem"]]
    assert "no loss" in [row["loss"] for row in lossless]
    assert all(row["lost"] == 0 for row in lossless)
    assert len([r for r in rows if r["system"] == "samples x1" and not r["problem"]]) == 5
    assert outcome.problems == sum(1 for row in rows if row["problem"])


def test_a_run_ends_whose_processes_cannot_be_started_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dask_client, "LOOK_S", 0.001)
    monkeypatch.setattr(dask_client, "ALONE_S", 0.01)
    client = SimpleNamespace(status="running", nthreads=dict)
    completed = SimpleNamespace(
        is_empty=lambda: False, has_ready=lambda: False, thread_condition=threading.Condition()
    )
    with pytest.raises(ConnectionError, match="no process could be started"):
        list(dask_client._ended(client, completed))


def test_dask_gives_a_process_as_long_to_start_anew_as_we_do() -> None:
    given = dask_client.SETTINGS["distributed.deploy.lost-worker-timeout"]
    assert parse_timedelta(given) > dask_client.ALONE_S


def test_a_file_that_turns_out_bad_is_a_problem(run: Run, tmp_path: Path) -> None:
    run(tmp_path / "out", folder="broken")
    broken = [row for row in rows_in(tmp_path / "out") if row["file"] == "digits/broken"]
    assert len(broken) == 2 * 5
    assert {row["problem"] for row in broken} == {"corpus: digits/broken: the file is damaged"}


def test_a_subset_that_need_not_be_there_is_named(run: Run, tmp_path: Path) -> None:
    corpus = "corpus: {subsets: [readers, digits], optional: [readers], limit: 1}\n"
    run(tmp_path / "out", EXPERIMENT + corpus)
    rows = rows_in(tmp_path / "out")
    [left_out] = [row for row in rows if row["file"] == "readers"]
    assert left_out["problem"] == "left out: the corpus has no such subset"
    assert {row["file"] for row in rows if not row["problem"]} == {"digits/one"}


@pytest.mark.slow
def test_what_cannot_start_says_why(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_client, "CONNECT_SECONDS", 1)
    with pytest.raises(ConnectionError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:1"):
        run(tmp_path / "a", scheduler="tcp://127.0.0.1:1")
    with pytest.raises(ConnectionError, match="no Dask scheduler answers at nonsense"):
        run(tmp_path / "a", scheduler="nonsense://x")
    with pytest.raises(ValueError, match="no files"):
        run(tmp_path / "b", folder="empty")
    assert not (tmp_path / "b").exists()  # the folder is free for another experiment
    with pytest.raises(ValueError, match="metric missing cannot run: its model"):
        run(tmp_path / "c", EXPERIMENT.replace("loudness", "missing"))
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="is no folder"):
        run(tmp_path / "file")
