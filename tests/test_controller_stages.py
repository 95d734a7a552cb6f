# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's stages as the command runs them, on a random codec and few frames."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from largesc.codec.checkpoint import CheckpointError, find_checkpoint
from largesc.control.importance_network import ControllerError, ImportanceNetwork
from largesc_training.command import app
from largesc_training.cost import measurement
from largesc_training.cost.cost_set import read_costs
from largesc_training.stage import StageError
from random_checkpoint import random_checkpoint
from random_token_model import one_thread
from test_token_training import write_corpus

FEW = {"stream_frames": 40, "per_stream": 2, "members": 1, "epochs": 2, "resamples": 5}


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    yield from one_thread()


def command(*arguments: str) -> None:
    app(arguments, standalone_mode=False)


@pytest.mark.slow
def test_from_a_corpus_to_a_controller_that_loads_stopped_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    work, settings = tmp_path / "work", tmp_path / "few.yaml"
    write_corpus(work / "corpus", seconds=4)
    settings.write_text(json.dumps({"controller": FEW}))
    run = ["controller", str(work), "--chain", random_checkpoint(), "--settings", str(settings)]
    run += ["--frames", "4", "--recovery", "interpolate"]
    measure, calls = measurement.CostMeter.measure, []

    def stops(*arguments: object) -> dict[str, np.ndarray]:
        calls.append(arguments)
        if len(calls) == 2:
            raise RuntimeError("stopped")
        return measure(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(measurement.CostMeter, "measure", stops)
    with pytest.raises(RuntimeError, match="stopped"):
        command(*run)
    command(*run, "--minutes", "0")
    assert len(calls) == 2  # what was measured before the stop was kept, and the time was up
    assert len(set(read_costs(work / "costs").readers)) == 1
    command(*run)
    assert len(calls) == 3
    costs = read_costs(work / "costs")
    assert costs.costs.shape == (4, 2, 9)
    assert np.isfinite(costs.costs).all()
    assert set(costs.readers) == {"one", "two"}  # none that validates
    fingerprint = find_checkpoint(random_checkpoint()).fingerprint
    assert ImportanceNetwork.load(work / "controller", fingerprint) is not None
    with pytest.raises(ControllerError, match="belongs to codec"):
        ImportanceNetwork.load(work / "controller", "beef")
    page = (work / "controller" / "controller.md").read_text()
    assert "Mean over active speech" in page
    assert (work / "controller" / "images" / "costs.png").is_file()
    capsys.readouterr()
    command(*run)
    assert "costs: done\ncontroller: done" in capsys.readouterr().out


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(StageError, match=r"stage costs needs corpus/index\.json"):
        command("controller", str(tmp_path), "--chain", random_checkpoint())
    write_corpus(tmp_path / "corpus", seconds=1)
    with pytest.raises(CheckpointError, match="no checkpoint"):
        command("controller", str(tmp_path), "--chain", str(tmp_path / "nowhere"))
    with pytest.raises(ValueError, match="recovery"):
        command("controller", str(tmp_path), "--recovery", "guess")
    with pytest.raises(ValueError, match=r"no reader in .* has 125 frames of speech"):
        command("controller", str(tmp_path), "--chain", random_checkpoint(), "--recovery", "hold")
