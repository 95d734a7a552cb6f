# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs: the same rows however they are spread, kept over a kill, problems listed."""

import dataclasses
import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
import soundfile
from distributed import LocalCluster
from evaluation_fakes import FAKES, Distance, open_fake_corpus
from gnuradio.largesc.evaluation.channels.interface import channel_seed
from gnuradio.largesc.evaluation.run import dask_client
from gnuradio.largesc.evaluation.run.components import Components
from gnuradio.largesc.evaluation.run.experiment_file import ExperimentError, load_experiment
from gnuradio.largesc.evaluation.run.matrix import Unit, plan_of, units_of
from gnuradio.largesc.evaluation.run.runner import RunOutcome, run_experiment
from gnuradio.largesc.evaluation.run.unit_work import run_unit

EXPERIMENT = """\
name: try
systems: [{kind: samples}, {kind: samples, gain: 0.5}]
losses:
  - process: none
  - {process: independent, loss_rate: 0.4}
  - {process: gilbert, loss_rate: 0.3, burst_ms: 240}
seeds: [1, 2]
metrics: [distance, loudness]
"""
TIMES = ("encode_seconds", "decode_seconds")
Rows = list[dict[str, Any]]


class Watch:
    """Remembers what it is told."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.kept = 0

    def planned(self, pending: Sequence[Unit], kept: int, absent: dict[str, str]) -> None:
        self.kept = kept

    def finished(self, unit: Unit, problems: Sequence[str]) -> None:
        self.done.append(f"{unit.system.label} {unit.utterance}")


Run = Callable[..., tuple[RunOutcome, Watch]]


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """Runs an experiment on one worker that is a thread of this process: it starts at once."""
    with LocalCluster(
        n_workers=1,
        threads_per_worker=1,
        processes=False,
        dashboard_address=None,
        scheduler_kwargs={"dashboard_address": ":0"},
    ) as cluster:
        yield partial(run_with, scheduler=cluster.scheduler_address)


def run_with(
    out: Path, text: str = EXPERIMENT, components: Components = FAKES, **options: Any
) -> tuple[RunOutcome, Watch]:
    source = out.parent / "source.yaml"
    source.write_text(text)
    file = load_experiment(str(source), components)
    watch = Watch()
    return run_experiment(file, components, out, watch, **options), watch


def rows_in(out: Path) -> Rows:
    return pq.read_table(out / "rows.parquet").to_pylist()


def without_times(rows: Rows) -> Rows:
    return [
        {k: v for k, v in row.items() if k not in TIMES and v is not None}
        for row in rows
        if row["system"]
    ]


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


def test_losses_are_the_ones_the_seed_of_the_file_gives(run: Run, tmp_path: Path) -> None:
    run(tmp_path / "out")
    source = tmp_path / "source.yaml"
    losses = {loss.label: loss for loss in load_experiment(str(source), FAKES).experiment.losses}
    for row in (row for row in rows_in(tmp_path / "out") if row["system"]):
        seed = channel_seed(row["seed"], row["file"])
        seconds = row["packet_seconds"]
        channel = losses[row["loss"]].build(seconds)
        channel.reset(seed)
        lost = [channel.carry(b"", k * seconds, seconds) is None for k in range(row["packets"])]
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
    assert watch.done == []


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


@pytest.mark.slow
def test_problems_are_rows_without_figures_and_the_run_goes_on(run: Run, tmp_path: Path) -> None:
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


def test_a_file_that_turns_out_bad_is_a_problem(run: Run, tmp_path: Path) -> None:
    run(tmp_path / "out", folder="broken")
    broken = [row for row in rows_in(tmp_path / "out") if row["file"] == "digits/broken"]
    assert len(broken) == 2 * 5
    assert {row["problem"] for row in broken} == {"corpus: digits/broken: the file is damaged"}


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
    with pytest.raises(ValueError, match="metric missing cannot run: its model"):
        run(tmp_path / "c", EXPERIMENT.replace("loudness", "missing"))
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="is no folder"):
        run(tmp_path / "file")
