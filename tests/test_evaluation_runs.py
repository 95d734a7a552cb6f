# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs: the same rows however they are spread, kept over a kill."""

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import soundfile
from evaluation_fakes import FAKES, Distance, open_fake_corpus
from evaluation_trial import (
    EXPERIMENT,
    Rows,
    Run,
    one_worker,
    rows_in,
    run_with,
    without_times,
)
from gnuradio.largesc.evaluation.run.experiment_file import ExperimentError, load_experiment
from gnuradio.largesc.evaluation.run.matrix import plan_of, units_of
from gnuradio.largesc.evaluation.run.runner import RunOutcome
from gnuradio.largesc.evaluation.run.unit_work import run_unit


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    with one_worker() as run:
        yield run


def rows_of_this_process(tmp_path: Path) -> Rows:
    source = tmp_path / "source.yaml"
    source.write_text(EXPERIMENT)
    experiment = load_experiment(str(source), FAKES).experiment
    corpus = open_fake_corpus("")
    plan = plan_of(experiment, FAKES, "", corpus)
    units = units_of(experiment.systems, corpus.entries, listen=0)
    return [row for unit in units for row in run_unit(plan, unit).rows]


@pytest.mark.slow
def test_two_processes_and_a_cluster_give_the_rows_of_one_process(run: Run, tmp_path: Path) -> None:
    expected = without_times([{"system": "", **row} for row in rows_of_this_process(tmp_path)])
    assert len(expected) == 2 * 3 * 5
    outcome, _ = run_with(tmp_path / "two", workers=2)
    assert outcome == RunOutcome(rows=31, problems=1, died={})  # one is the skipped file's
    assert without_times(rows_in(tmp_path / "two")) == expected
    run(tmp_path / "cluster")
    assert without_times(rows_in(tmp_path / "cluster")) == expected


def test_rows_say_what_the_link_did(run: Run, tmp_path: Path) -> None:
    run(tmp_path / "out")
    table = pq.read_table(tmp_path / "out" / "rows.parquet")
    [skipped, *_] = [row for row in table.to_pylist() if not row["system"]]
    assert (skipped["file"], skipped["problem"]) == ("digits/tiny.wav", "shorter than 0.1 s")
    corpus = open_fake_corpus("")
    for row in (row for row in table.to_pylist() if row["system"]):
        pcm = corpus.load(row["file"]).pcm
        assert row["problem"] == ""
        assert row["packets"] == -(-len(pcm) // 480)
        assert row["bits"] == row["token_bits"] == 16 * len(pcm)
        assert row["seconds"] == len(pcm) / 24000
        assert row["heard_reader"] == row["reader"]
        assert row["distance_to_lossless"] == 0 or row["lost"] > 0
    seeds = [row["lost"] for row in table.to_pylist() if row["loss"] == "independent 40 %"]
    assert len(set(seeds)) > 2  # every file and seed has losses of its own
    known = json.loads(table.schema.metadata[b"largesc"])
    assert known["experiment"]["name"] == "try"
    assert known["metrics"] == {"distance": "1", "loudness": "1"}
    assert known["systems"]["samples x1"]["concealment"] == "silence"
    assert known["corpus"]["fingerprint"] == "fingerprint "
    assert known["machine"]["torch_threads"] == 1
    assert known["wall_seconds"] > 0


def test_what_is_there_is_not_done_again(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(out)
    before = rows_in(out)
    assert run(out)[1].done == []
    assert rows_in(out) == before
    [damaged, missing, *_] = sorted((out / "parts").iterdir())
    damaged.write_bytes(damaged.read_bytes()[:100])
    missing.unlink()
    _, watch = run(out)
    assert (len(watch.done), watch.kept) == (2, 4)
    assert without_times(rows_in(out)) == without_times(before)


def test_another_system_is_added_to_what_is_there(run: Run, tmp_path: Path) -> None:
    run(tmp_path / "out")
    more = EXPERIMENT.replace("gain: 0.5}", "gain: 0.5}, {kind: samples, gain: 0.25}")
    _, watch = run(tmp_path / "out", more)
    assert (len(watch.done), watch.kept) == (3, 6)
    assert all(done.startswith("samples x0.25") for done in watch.done)


def test_a_system_may_have_columns_of_its_own(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(out)
    counting = EXPERIMENT.replace(
        "gain: 0.5}", "gain: 0.5}, {kind: samples, counts: true, name: c}"
    )
    _, watch = run(out, counting)
    assert (len(watch.done), watch.kept) == (3, 6)
    table = pq.read_table(out / "rows.parquet")
    assert str(table.schema.field("silenced").type) == "int64"
    assert str(table.schema.field("silenced_seconds").type) == "double"
    counted = [row for row in table.to_pylist() if row["system"] == "c"]
    assert {row["silenced"] for row in table.to_pylist() if row["system"] != "c"} == {None}
    assert [row["silenced"] for row in counted] == [row["lost"] for row in counted]
    assert {row["silenced"] for row in counted if row["loss"] == "no loss"} == {0}
    assert len({row["silenced"] for row in counted}) > 3
    before = rows_in(out)
    assert run(out, counting)[1].done == []
    assert rows_in(out) == before


def test_a_setting_that_is_not_given_makes_no_other_system(run: Run, tmp_path: Path) -> None:
    run(tmp_path / "out")
    for part in (tmp_path / "out" / "parts").iterdir():
        made_with = json.loads(pq.read_schema(part).metadata[b"largesc"])["made_with"]
        assert "gain" in made_with["system"]
        assert "volume" not in made_with["system"]
    with pytest.raises(ExperimentError, match="'volume': 2"):
        run(tmp_path / "out", EXPERIMENT.replace("{kind: samples}", "{kind: samples, volume: 2}"))


def test_references_are_kept_and_may_change_when_all_is_done(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for references in ("[]", "[samples x1]", "[samples x0.5]"):
        _, watch = run(out, EXPERIMENT + f"references: {references}\n")
        known = json.loads(pq.read_schema(out / "rows.parquet").metadata[b"largesc"])
        assert str(known["experiment"]["references"]).replace("'", "") == references
        assert known["arguments"] == ["source.yaml"]
    assert watch.done == []


def test_a_run_knows_the_folder_of_speech_that_was_named(run: Run, tmp_path: Path) -> None:
    run(tmp_path / "out", folder="/somewhere/my speech")
    known = json.loads(pq.read_schema(tmp_path / "out" / "rows.parquet").metadata[b"largesc"])
    assert known["arguments"] == ["source.yaml", "--corpus", "my speech"]


def test_other_settings_in_the_same_folder_are_an_error(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(out)
    with pytest.raises(ExperimentError, match=r"cells was .* is .*--redo"):
        run(out, EXPERIMENT.replace("[1, 2]", "[1, 3]"))
    with pytest.raises(ExperimentError, match="holds the experiment 'try', not 'another'"):
        run(out, EXPERIMENT.replace("name: try", "name: another"))
    newer = dataclasses.replace(FAKES, metrics={**FAKES.metrics, "distance": NewerDistance})
    with pytest.raises(ExperimentError, match="versions was"):
        run(out, components=newer)
    _, watch = run(out, components=newer, redo=True)
    assert len(watch.done) == 6


class NewerDistance(Distance):
    version = "2"


def test_files_to_listen_to(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(out)
    index = json.loads((out / "audio" / "index.json").read_text())
    assert len(index) == 2 * (1 + 2 * 3)  # two subsets; the original, two systems, three losses
    corpus = open_fake_corpus("")
    for heard in index:
        pcm, rate = soundfile.read(out / "audio" / heard["path"], dtype="float32")
        said = corpus.load(heard["file"]).pcm
        assert (rate, len(pcm), heard["seed"]) == (24000, len(said), 1)
        gain = 0.5 if heard["system"] == "samples x0.5" else 1.0
        if heard["loss"] in ("", "no loss"):
            assert np.abs(pcm - gain * said).max() < 1e-4
