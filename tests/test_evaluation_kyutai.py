# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The experiment for who can run Moshi: what it says where nobody can, and a run of it in small."""

import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import soundfile
from evaluation_trial import Run, one_worker, rows_in
from gnuradio.largesc.codec.checkpoint import CheckpointError
from gnuradio.largesc.codec.hub import MOSHIKO
from gnuradio.largesc.codec.verification import RECORDING
from gnuradio.largesc.evaluation.run.components import shipped_components
from gnuradio.largesc.evaluation.run.dask_client import default_workers
from gnuradio.largesc.evaluation.run.experiment_file import load_experiment
from gnuradio.largesc.evaluation.systems.checkpoint_preflight import check_can_run
from gnuradio.largesc.evaluation.systems.largesc_link import LargescSettings
from local_hub import LocalHub
from moshi_hub import NOWHERE
from random_token_model import one_thread


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    yield from one_thread()


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    with one_worker() as run:
        yield run


def test_one_process_holds_a_model_of_gigabytes() -> None:
    systems = load_experiment("kyutai", shipped_components()).experiment.systems
    assert [system.most_processes for system in systems] == [None, 1, None, None]
    assert default_workers(systems) == 1
    embedded = LargescSettings.model_validate({"recovery": "lora"})
    assert embedded.most_processes is None


def test_all_that_is_missing_is_said_in_one_line(
    hub: LocalHub, too_little_memory: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", NOWHERE)
    with pytest.raises(CheckpointError) as caught:
        check_can_run(MOSHIKO, asks_model=True)
    assert str(caught.value) == (
        "kyutai/moshiko-pytorch-bf16 cannot run here: codec (0.0 GB) and token model (15.4 GB) not "
        "on this machine, and the hub cannot be reached: connect once, 'largesc checkpoints fetch "
        "kyutai/moshiko-pytorch-bf16 --token-model'; the token model needs 15.4 GB of memory, cpu "
        "has 8.2 left (docs/checkpoints.md)"
    )
    check_can_run("mini", asks_model=True)


def test_what_is_on_a_hub_that_answers_is_not_missing(hub: LocalHub) -> None:
    check_can_run(MOSHIKO, asks_model=True)
    assert {method for method, _, _ in hub.requests} == {"HEAD"}, "nothing is fetched to know"


@pytest.mark.slow
def test_the_experiment_runs_and_its_rows_say_on_what(
    hub: LocalHub, run: Run, tmp_path: Path
) -> None:
    """The shipped file; one second of speech and one measure."""
    speech = tmp_path / "speech"  # as LibriSpeech has it
    chapter = speech / "1" / "2"
    chapter.mkdir(parents=True)
    soundfile.write(chapter / "1-2-0000.flac", soundfile.read(RECORDING, frames=24_000)[0], 24_000)
    (chapter / "1-2.trans.txt").write_text("1-2-0000 A SECOND OF SPEECH\n")
    text = load_experiment("kyutai", shipped_components()).text
    for old, new in (
        ("  subsets: [sentences]\n", ""),
        ("[wer, plcmos, log_mel_distance]", "[log_mel_distance]"),
    ):
        assert old in text
        text = text.replace(old, new)
    outcome, _ = run(tmp_path / "out", text, shipped_components(), folder=str(speech))
    assert (outcome.problems, outcome.died) == (0, {})
    rows = [row for row in rows_in(tmp_path / "out") if row["system"].startswith("Mimi")]
    filled = [row for row in rows if row["system"] == "Mimi 8 Moshi" and row["loss_rate"]]
    assert filled
    assert all(row["log_mel_distance"] is not None for row in rows)
    table = pq.read_table(tmp_path / "out" / "rows.parquet")
    about = json.loads(table.schema.metadata[b"largesc"])
    assert about["machine"]["cpu"]
    assert "precision bfloat16" in about["systems"]["Mimi 8 Moshi"]["version"]
    assert "token model" not in about["systems"]["Mimi 8 hold"]["version"]
