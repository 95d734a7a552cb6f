# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Experiment files: what they say, and what is said of wrong ones."""

from pathlib import Path

import pytest
from evaluation_fakes import FAKES, open_fake_corpus
from gnuradio.largesc.evaluation.run.components import shipped_components
from gnuradio.largesc.evaluation.run.experiment import Experiment
from gnuradio.largesc.evaluation.run.experiment_file import (
    ExperimentError,
    load_experiment,
    shipped_names,
)
from gnuradio.largesc.evaluation.run.matrix import cells_of, chosen_entries, units_of
from gnuradio.largesc.recovery.strategies.strategy_by_name import STRATEGIES

GOOD = """\
name: try
corpus: {subsets: [digits], limit: 1}
systems:
  - kind: samples
  - kind: samples
    gain: 0.5
losses:
  - process: none
  - process: independent
    loss_rate: 0.2
seeds: [1, 2]
metrics: [distance]
references: [samples x1]
"""


def load(tmp_path: Path, text: str) -> Experiment:
    path = tmp_path / "experiment.yaml"
    path.write_text(text)
    return load_experiment(str(path), FAKES).experiment


def test_says_what_the_file_says(tmp_path: Path) -> None:
    experiment = load(tmp_path, GOOD)
    assert [system.label for system in experiment.systems] == ["samples x1", "samples x0.5"]
    assert [loss.label for loss in experiment.losses] == ["no loss", "independent 20 %"]
    assert (experiment.corpus.limit, experiment.listen) == (1, 1)
    assert experiment.references == ("samples x1",)
    assert load(tmp_path, GOOD.replace("references: [samples x1]\n", "")).references == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("seeds:", "seed:", ["line 1", "'seed'", "did you mean 'seeds'", "metrics"]),
        ("limit: 1", "limits: 1", ["line 2", "corpus", "did you mean 'limit'", "folder"]),
        ("gain: 0.5", "gian: 0.5", ["line 5", "entry 2", "did you mean 'gain'", "trouble"]),
        ("gain: 0.5", "gain: loud", ["line 6", "systems, entry 2, gain", "'loud'"]),
        ("kind: samples\n    gain", "kind: sample\n    gain", ["entry 2", "mean 'samples'"]),
        ("- kind: samples\n    gain", "- gain", ["entry 2", "`kind` is missing"]),
        ("loss_rate: 0.2", "loss_rate: 1.5", ["line 10", "losses, entry 2, loss_rate", "1.5"]),
        ("    loss_rate: 0.2", "    per: slot", ["losses, entry 2", "needs a loss_rate"]),
        (
            "process: independent",
            "process: independend",
            ["entry 2", "mean 'independent'", "noisy"],
        ),
        ("process: independent", "per: slot", ["losses, entry 2", "`process` is missing"]),
        ("loss_rate: 0.2", "loss_rat: 0.2", ["losses, entry 2", "mean 'loss_rate'", "burst_ms"]),
        ("process: none", "process: noisy", ["losses, entry 1, snr_db", "missing"]),
        ("[distance]", "[distanse]", ["line 12", "'distanse'", "did you mean 'distance'"]),
        ("[distance]", "[]", ["metrics", "at least 1"]),
        ("[1, 2]", "[]", ["seeds", "at least 1"]),
        ("[1, 2]", "[1, 1]", ["seeds", "more than once"]),
        ("[1, 2]", "[-1]", ["seeds, entry 1", "-1"]),
        ("    gain: 0.5\n", "", ["'samples x1'", "more than once", "`name`"]),
        ("name: try\n", "", ["name", "missing"]),
        ("[samples x1]", "[samples x2]", ["line 13: references", "mean 'samples x1'", "x0.5"]),
        ("[samples x1]", "[samples x1, samples x1]", ["references", "more than once"]),
        ("[samples x1]", "[samples x0.5, samples x1]", ["references", "no system is left"]),
        (GOOD, "name: [", ["not YAML"]),
        (GOOD, "- a\n- b\n", ["no experiment"]),
        (GOOD, "", ["no experiment"]),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    tmp_path: Path, old: str, new: str, said: list[str]
) -> None:
    assert old in GOOD
    with pytest.raises(ExperimentError) as caught:
        load(tmp_path, GOOD.replace(old, new))
    for words in ["experiment.yaml", *said]:
        assert words in str(caught.value)


OURS = """\
name: try
systems:
  - {kind: identity}
  - kind: largesc
    recovery: lora
    temperature: 0.5
losses: [{process: none}]
metrics: [wer]
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("temperature: 0.5", "temperature: 0", ["systems, entry 2", "must be above 0, not 0"]),
        ("temperature: 0.5", "temperature: .nan", ["temperature", "finite"]),
        ("temperature: 0.5", "temperature: warm", ["line 6", "temperature", "'warm'"]),
        ("temperature: 0.5", "top_k: -1", ["entry 2", "top_k must not be negative", "-1"]),
        ("temperature: 0.5", "top_k: 2.5", ["line 6", "top_k", "2.5"]),
        ("temperature: 0.5", "greedy: perhaps", ["line 6", "greedy", "'perhaps'"]),
        ("temperature: 0.5", "silent_after: -2", ["entry 2", "silent_after", "-2"]),
        ("temperature: 0.5", "fill_unsent: 7", ["line 6", "fill_unsent", "7"]),
        ("temperature:", "temperatur:", ["did you mean 'temperature'", "top_k", "silent_after"]),
        ("0.5", "0.5\n    greedy: true", ["temperature means nothing with greedy"]),
        ("lora", "hold", ["entry 2", "temperature means nothing to recovery 'hold'"]),
    ],
)
def test_settings_of_recovery_that_cannot_be_are_refused(
    tmp_path: Path, old: str, new: str, said: list[str]
) -> None:
    path = tmp_path / "experiment.yaml"
    path.write_text(OURS)
    assert load_experiment(str(path), shipped_components()).experiment.systems[1].temperature == 0.5
    assert old in OURS
    path.write_text(OURS.replace(old, new))
    with pytest.raises(ExperimentError) as caught:
        load_experiment(str(path), shipped_components())
    for words in said:
        assert words in str(caught.value)


def test_all_that_came_with_the_module_can_be_read() -> None:
    experiments = {
        name: load_experiment(name, shipped_components()).experiment for name in shipped_names()
    }
    assert {name: experiment.name for name, experiment in experiments.items()} == {
        name: name for name in experiments
    }
    assert len(experiments["recovery-grid"].systems) == 5 * (3 + 2)
    strategies = {s.recovery for s in experiments["recovery"].systems if s.kind == "largesc"}
    assert strategies == set(STRATEGIES)
    assert experiments["recovery"].references == ("mini 8 hold", "mini 8 interpolate")


def test_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(ExperimentError, match="no such file"):
        load_experiment(str(tmp_path / "gone.yaml"), FAKES)
    with pytest.raises(ExperimentError, match="folder"):
        load_experiment(str(tmp_path), FAKES)
    with pytest.raises(ExperimentError, match="did you mean 'peers'"):
        load_experiment("peer", FAKES)


def test_without_loss_one_seed_is_enough(tmp_path: Path) -> None:
    cells = [(cell.channel.label, cell.seed) for cell in cells_of(load(tmp_path, GOOD))]
    assert cells == [("no loss", 1), ("independent 20 %", 1), ("independent 20 %", 2)]


def test_limit_and_listening_count_per_subset(tmp_path: Path) -> None:
    experiment = load(tmp_path, GOOD.replace("subsets: [digits], ", ""))
    entries = chosen_entries(experiment, open_fake_corpus(""))
    assert [entry.name for entry in entries] == ["digits/one", "sentences/long"]
    units = units_of(experiment.systems, open_fake_corpus("").entries, listen=1)
    heard = [unit.utterance for unit in units if unit.is_heard]
    assert heard == 2 * ["digits/one", "sentences/long"]
    assert len({unit.file_name for unit in units}) == 6


def test_a_subset_or_files_that_are_not_there(tmp_path: Path) -> None:
    experiment = load(tmp_path, GOOD.replace("[digits]", "[digit]"))
    with pytest.raises(ValueError, match="did you mean 'digits'"):
        chosen_entries(experiment, open_fake_corpus(""))
    with pytest.raises(ValueError, match="no files that can be used; 1 were skipped"):
        chosen_entries(experiment, open_fake_corpus("empty"))
