# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files of which readers an experiment takes, and the same experiment on other readers."""

from pathlib import Path

import pytest
from conftest import Largesc
from evaluation_fakes import FAKES, FakeCorpus, FakeEntry
from evaluation_run_folder import write_run
from gnuradio.largesc.evaluation.report.provenance import command_of
from gnuradio.largesc.evaluation.report.run_folder import load_run
from gnuradio.largesc.evaluation.run.components import shipped_components
from gnuradio.largesc.evaluation.run.experiment_file import (
    ExperimentError,
    ExperimentFile,
    load_experiment,
)
from gnuradio.largesc.evaluation.run.matrix import HEARD_READERS, chosen_entries, heard_names
from gnuradio.largesc.evaluation.run.subset_choice import exchanges_of

EXPERIMENT = """\
name: try
description: A try.
corpus:
  subsets: [readers, readers-noise, digits]
  files_per_reader: {readers: 2, readers-noise: 1}
systems: [{kind: samples}]
losses: [{process: none}]
metrics: [distance]
"""


def load(tmp_path: Path, text: str = EXPERIMENT, *exchanges: str) -> ExperimentFile:
    path = tmp_path / "experiment.yaml"
    path.write_text(text)
    return load_experiment(str(path), FAKES, exchanges_of(exchanges))


def corpus(subset: str = "readers") -> FakeCorpus:
    """Three files of each of two readers, clean and with noise; and digits."""
    entries = [
        FakeEntry(f"{name}/{reader}-{number}", name, reader, "en", "words", 1.0)
        for name in (subset, f"{subset}-noise")
        for number in range(3)
        for reader in ("ann", "bob")
    ]
    entries += [FakeEntry(f"digits/{k}", "digits", "studio", "en", "one", 1.0) for k in range(3)]
    return FakeCorpus("fake", "fingerprint", entries)


def test_files_are_counted_by_reader_where_the_experiment_says_so(tmp_path: Path) -> None:
    entries = chosen_entries(load(tmp_path).experiment, corpus())
    assert [entry.name for entry in entries] == [
        *("readers/ann-0", "readers/bob-0", "readers/ann-1", "readers/bob-1"),
        *("readers-noise/ann-0", "readers-noise/bob-0"),
        *("digits/0", "digits/1", "digits/2"),
    ]
    limited = EXPERIMENT.replace("  files_per", "  limit: 1\n  files_per")
    names = [entry.name for entry in chosen_entries(load(tmp_path, limited).experiment, corpus())]
    assert names == ["readers/ann-0", "readers-noise/ann-0", "digits/0"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{readers: 2,", "{reader: 2,", "did you mean 'readers'"),
        ("{readers: 2,", "{readers: 0,", "greater than or equal to 1"),
        ("{readers: 2, readers-noise: 1}", "2", "valid dictionary"),
    ],
)
def test_a_count_of_no_subset_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in EXPERIMENT
    with pytest.raises(ExperimentError, match=said):
        load(tmp_path, EXPERIMENT.replace(old, new))


def test_a_file_of_every_reader_is_heard_but_not_of_thousands() -> None:
    assert heard_names(corpus().entries, 1) == {
        *("readers/ann-0", "readers/bob-0", "readers-noise/ann-0", "readers-noise/bob-0"),
        "digits/0",
    }
    assert len(heard_names(corpus().entries, 2)) == 10
    crowd = [FakeEntry(f"de/{k}", "de", f"reader {k}", "de", "", 1.0) for k in range(1000)]
    assert len(heard_names(crowd, 1)) == HEARD_READERS


def test_other_readers_take_the_place_of_all_conditions(tmp_path: Path) -> None:
    file = load(tmp_path, EXPERIMENT, "readers=development")
    experiment = file.experiment
    assert experiment.corpus.subsets == ("development", "development-noise", "digits")
    assert experiment.corpus.files_per_reader == {"development": 2, "development-noise": 1}
    # Another name: its rows cannot be mixed with those of the readers.
    assert experiment.name == "try-development"
    assert experiment.description == "A try. With development in the place of readers."
    assert len(chosen_entries(experiment, corpus("development"))) == 9
    again = load(tmp_path, file.text).experiment
    assert again.model_dump() == experiment.model_dump()


def test_the_command_of_a_run_gives_the_same_run(tmp_path: Path) -> None:
    file = load(tmp_path, EXPERIMENT, "readers=development", "digits=")
    name, *options = file.arguments
    assert name == "experiment.yaml"  # without the folder, which is nobody's business
    assert options[0::2] == ["--subset", "--subset"]
    again = load(tmp_path, EXPERIMENT, *options[1::2])
    assert again.experiment.model_dump() == file.experiment.model_dump()
    shipped = load_experiment("readers", shipped_components(), {"readers": "development"})
    assert shipped.arguments == ("readers", "--subset", "readers=development")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "try"),
        (
            ["readers", "--subset", "readers=development", "--corpus", "my speech"],
            "readers --subset readers=development --corpus 'my speech'",
        ),
    ],
)
def test_a_report_prints_that_command(tmp_path: Path, arguments: list[str], said: str) -> None:
    run = load_run(write_run(tmp_path / "try", files=1, arguments=arguments))
    assert command_of(run) == f"largesc evaluate run {said} --out try"


def test_a_subset_can_be_left_out(tmp_path: Path) -> None:
    experiment = load(tmp_path, EXPERIMENT, "readers=", "digits = words").experiment
    assert experiment.corpus.subsets == ("words",)
    assert experiment.corpus.files_per_reader == {}
    assert experiment.name == "try-words"
    with pytest.raises(ValueError, match="`--subset readers=` leaves it out"):
        chosen_entries(load(tmp_path).experiment, FakeCorpus("few", "", corpus().entries[-3:]))


def test_a_run_goes_on_without_what_need_not_be_there(tmp_path: Path) -> None:
    text = EXPERIMENT.replace("  files_per", "  optional: [readers, readers-noise]\n  files_per")
    few = FakeCorpus("few", "", corpus().entries[-3:])
    experiment = load(tmp_path, text).experiment
    assert {entry.subset for entry in chosen_entries(experiment, few)} == {"digits"}
    assert len(chosen_entries(experiment, corpus())) == 9
    other = load(tmp_path, text, "readers-noise=", "readers=development").experiment
    assert other.corpus.optional == ("development",)
    alone = load(tmp_path, text, "digits=").experiment
    with pytest.raises(ValueError, match="the corpus few has none of readers, readers-noise"):
        chosen_entries(alone, few)
    with pytest.raises(ExperimentError, match="did you mean 'readers'"):
        load(tmp_path, text.replace("[readers, readers-noise]", "[reader]"))


def test_exchanges_are_made_one_after_the_other(tmp_path: Path) -> None:
    """What the message of a missing subset says to do can be done."""
    for options in (
        ["readers=development", "development-noise="],
        ["readers-noise=", "readers=development"],
    ):
        experiment = load(tmp_path, EXPERIMENT, *options).experiment
        assert experiment.corpus.subsets == ("development", "digits")
        assert experiment.corpus.files_per_reader == {"development": 2}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["readers"], "OLD=NEW"),
        (["=development"], "OLD=NEW"),
        (["readers=a", "readers=b"], "exchanged twice"),
        (["reader=development"], "did you mean 'readers'"),
        (["readers-noise=digits"], "more than once"),
        (["readers=", "digits="], "no subset is left"),
    ],
)
def test_what_cannot_be_exchanged_is_said(tmp_path: Path, options: list[str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        load(tmp_path, EXPERIMENT, *options)


def test_all_subsets_have_no_names_to_exchange(tmp_path: Path) -> None:
    text = EXPERIMENT.replace(EXPERIMENT[EXPERIMENT.index("corpus") : EXPERIMENT.index("sys")], "")
    with pytest.raises(ValueError, match="names no subsets"):
        load(tmp_path, text, "readers=development")


def test_the_shipped_experiments_hear_readers() -> None:
    components = shipped_components()
    readers = load_experiment("readers", components).experiment
    assert [system.label for system in readers.systems] == [
        *("original", "mini 4 hold", "mini 8 hold"),
        *("mini 4 hold with its noise", "mini 8 hold with its noise"),
        *("Codec2 700C", "Codec2 1300", "Codec2 3200 20 ms"),
        *("Codec2 1300 less noise", "Codec2 3200 20 ms less noise", "Opus 6k"),
    ]
    conditions = ("noise", "voices", "room", "ssb", "quiet", "clipped", "low", "high")
    assert readers.corpus.subsets == ("readers", *(f"readers-{name}" for name in conditions))
    assert all(loss.is_lossless for loss in readers.losses)
    for name in ("peers", "codec", "bursts", "recovery", "readers-loss"):
        corpus = load_experiment(name, components).experiment.corpus
        assert corpus.subsets[0] == "readers"
        assert corpus.files_per_reader["readers"] >= 1
    for name in ("recovery-gaps", "recovery-grid"):  # they choose settings
        assert load_experiment(name, components).experiment.corpus.subsets == ("development",)
    assert load_experiment("smoke", components).experiment.corpus.subsets == ("sentences", "digits")


def test_the_command_says_what_it_cannot_exchange(run_largesc: Largesc, tmp_path: Path) -> None:
    options = ["--out", tmp_path / "run", "--subset", "reader=development"]
    done = run_largesc("evaluate", "run", "readers", *options)
    assert done.returncode != 0
    assert "did you mean 'readers'" in done.stderr
    assert "Traceback" not in done.stderr
