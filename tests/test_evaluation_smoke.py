# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The smoke experiment, as a user runs it: real speech, real systems, real metrics."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from conftest import Largesc
from golden_rows import differences, read_golden

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def smoke(
    run_largesc: Largesc, evaluation_corpus: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("smoke") / "run"
    options = ["--corpus", evaluation_corpus, "--out", folder, "--workers", 1]
    done = run_largesc("evaluate", "run", "smoke", *options)
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


def figures(run: Path, system: str, loss: str, subset: str) -> dict:
    rows = pq.read_table(run / "rows.parquet").to_pylist()
    (found,) = [
        row
        for row in rows
        if (row["system"], row["subset"]) == (system, subset)
        and (row["loss"] or "").startswith(loss)
    ]
    return found


def test_the_rows_are_those_that_it_once_gave(smoke: tuple[Path, str]) -> None:
    rows = pq.read_table(smoke[0] / "rows.parquet").to_pylist()
    assert differences(read_golden("rows-smoke"), rows, noise_suppressed="largesc") == []


def test_identity_is_perfect(smoke: tuple[Path, str]) -> None:
    for loss in ("no loss", "independent"):
        row = figures(smoke[0], "identity", loss, "sentences")
        assert (row["substitutions"], row["insertions"], row["deletions"]) == (0, 0, 0)
        assert row["plcmos"] > 4.3
        assert row["visqol"] > 4.3
        assert row["speaker_similarity"] == pytest.approx(1.0, abs=1e-4)
        assert row["log_mel_distance"] == pytest.approx(0.0, abs=1e-6)
        digits = figures(smoke[0], "identity", loss, "digits")
        assert digits["items_correct"] == digits["items"] == 6


def test_silence_says_nothing(smoke: tuple[Path, str]) -> None:
    row = figures(smoke[0], "silence", "no loss", "sentences")
    assert row["deletions"] == row["words"]
    assert row["visqol"] == 1.0
    assert row["speaker_similarity"] == 0.0
    assert row["bits"] == 0
    assert figures(smoke[0], "silence", "no loss", "digits")["items_correct"] == 0


def test_real_systems_are_between(smoke: tuple[Path, str]) -> None:
    for system in ("mini 4 hold", "Opus 12k", "Codec2 700C"):
        whole = figures(smoke[0], system, "no loss", "digits")
        broken = figures(smoke[0], system, "independent", "digits")
        assert whole["lost"] == 0 < broken["lost"] < broken["packets"]
        assert 1.0 < whole["plcmos"] < 4.8
        assert broken["plcmos"] < whole["plcmos"]
        assert broken["log_mel_distance"] > whole["log_mel_distance"] > 0
        assert whole["bits"] > 0
    assert figures(smoke[0], "Opus 12k", "no loss", "digits")["items_correct"] == 6


def test_what_cannot_run_is_in_the_rows(smoke: tuple[Path, str]) -> None:
    rows = pq.read_table(smoke[0] / "rows.parquet").to_pylist()
    (absent,) = [row for row in rows if row["system"] == "SoundStream"]
    assert "weights" in absent["problem"]


def test_the_terminal_and_the_page_have_the_figures(smoke: tuple[Path, str]) -> None:
    assert "sentences, no loss" in smoke[1]
    assert (smoke[0] / "index.html").stat().st_size > 1_000_000


def test_the_same_command_again_has_nothing_to_do(
    smoke: tuple[Path, str], evaluation_corpus: Path, run_largesc: Largesc
) -> None:
    before = pq.read_table(smoke[0] / "rows.parquet").to_pylist()
    options = ["--corpus", evaluation_corpus, "--out", smoke[0], "--workers", 1]
    done = run_largesc("evaluate", "run", "smoke", *options)
    assert done.returncode == 0, done.stderr
    assert "10 of 10 units are there already" in done.stderr
    assert pq.read_table(smoke[0] / "rows.parquet").to_pylist() == before


def test_an_unknown_key_is_named_with_the_nearest(run_largesc: Largesc, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        "name: mine\nsystems:\n  - kind: opus\n    bitrate: 6000\n"
        "losses: [{process: none}]\nmetrics: [wer]\n"
    )
    done = run_largesc("evaluate", "run", file, "--out", tmp_path / "run")
    assert done.returncode != 0
    assert "bitrate" in done.stderr
    assert "bit_rate" in done.stderr
    assert "line 3: systems, entry 1" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_there_is_can_be_listed(run_largesc: Largesc) -> None:
    done = run_largesc("evaluate", "list")
    assert done.returncode == 0, done.stderr
    for word in (
        "smoke",
        "peers",
        "bursts",
        "languages",
        "recovery-digits",
        "recovery-gaps",
        "recovery-grid",
        "codec2",
        "largesc",
        "visqol",
        "wer",
    ):
        assert word in done.stdout
