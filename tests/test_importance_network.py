# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's network: what it tells, and files that are not its own."""

import json
import time
from pathlib import Path

import numpy as np
import pytest
from largesc.commands.checkpoints import found_controller
from largesc.control.importance_network import (
    CONTROLLER_FILE,
    ControllerError,
    ImportanceNetwork,
    NetworkWeights,
)
from largesc.frame.speech_facts import SpeechFacts
from safetensors.numpy import save_file

DIMENSION, HIDDEN = 256, 128
GOOD = {"format": "1", "codec": "c0de"}


def random_weights(dimension: int = DIMENSION, hidden: int = HIDDEN) -> NetworkWeights:
    random = np.random.default_rng(0)
    given = dimension + 3
    shapes = ((given,), (given,), (hidden, given), (hidden,), (16, hidden), (16,))
    shapes += ((16, 2), (2, 9))
    arrays = [random.standard_normal(shape).astype(np.float32) for shape in shapes]
    arrays[5] += np.tile(np.linspace(2000, 500, 8), 2).astype(np.float32)  # what tokens save
    return NetworkWeights(*arrays)


def facts(number: int, dimension: int = DIMENSION) -> SpeechFacts:
    random = np.random.default_rng(number)
    return SpeechFacts(-20.0, 3.0, random.standard_normal(dimension).astype(np.float32))


def written(folder: Path, said: dict[str, str], **changed: np.ndarray) -> Path:
    save_file(random_weights()._asdict() | changed, folder / CONTROLLER_FILE, said)
    return folder


def test_costs_are_finite_never_below_0_and_never_rise_with_tokens() -> None:
    network = ImportanceNetwork(random_weights())
    for number in range(20):
        costs = network.costs(facts(number))
        assert costs.shape == (2, 9)
        assert costs.dtype == np.float32
        assert np.isfinite(costs).all()
        assert (costs[:, 0] > 0).all()
        assert (costs[:, 8] == 0).all()
        assert (np.diff(costs, axis=1) <= 0).all()


def test_the_frame_before_counts_until_a_reset() -> None:
    network = ImportanceNetwork(random_weights())
    first = network.costs(facts(1))
    network.costs(facts(2))
    assert not np.array_equal(network.costs(facts(1)), first)
    network.reset()
    assert np.array_equal(network.costs(facts(1)), first)


def test_the_latent_that_is_kept_is_a_copy() -> None:
    network, given = ImportanceNetwork(random_weights()), facts(1)
    network.costs(given)
    expected = ImportanceNetwork(random_weights())
    expected.costs(facts(1))
    assert given.latent is not None
    given.latent[:] = 0.0
    assert np.array_equal(network.costs(facts(2)), expected.costs(facts(2)))


@pytest.mark.parametrize(
    "unknown",
    [
        SpeechFacts(-20.0, 0.0),
        facts(0, DIMENSION // 2),
        SpeechFacts(-20.0, 0.0, np.full(DIMENSION, np.nan, np.float32)),
        facts(0)._replace(level=np.nan),
    ],
)
def test_what_is_not_known_costs_what_all_frames_cost(unknown: SpeechFacts) -> None:
    network = ImportanceNetwork(random_weights())
    assert np.array_equal(network.costs(unknown), network.mean_costs)


def test_a_frame_takes_far_less_than_a_millisecond() -> None:
    network, given = ImportanceNetwork(random_weights()), facts(0)
    network.costs(given)
    spent = []
    for _ in range(50):
        began = time.perf_counter()
        network.costs(given)
        spent.append(time.perf_counter() - began)
    assert min(spent) < 1e-3


def test_a_file_gives_the_network_that_was_written(tmp_path: Path) -> None:
    network = ImportanceNetwork.load(written(tmp_path, GOOD), "c0de")
    assert network is not None
    expected = ImportanceNetwork(random_weights()).costs(facts(3))
    assert np.array_equal(network.costs(facts(3)), expected)


def test_a_checkpoint_without_a_controller_has_none(tmp_path: Path) -> None:
    assert ImportanceNetwork.load(tmp_path, "c0de") is None


@pytest.mark.parametrize(
    ("said", "changed", "message"),
    [
        ({}, {}, "has format None, this version reads '1'"),
        ({**GOOD, "format": "2"}, {}, "has format '2'"),
        (GOOD | {"codec": "beef"}, {}, "belongs to codec 'beef', the checkpoint's is 'c0de'"),
        (GOOD, {"more": np.zeros(1, np.float32)}, "does not hold the arrays of a controller"),
        (GOOD, {"hidden_weight": np.zeros(3, np.float32)}, "does not hold the arrays"),
        (GOOD, {"output_bias": np.zeros(15, np.float32)}, r"output_bias must be float32 \[16\]"),
        (GOOD, {"output_bias": np.zeros(16)}, "not float64"),
        (GOOD, {"output_bias": np.full(16, np.nan, np.float32)}, "output_bias is not finite"),
    ],
)
def test_a_wrong_file_is_refused_in_a_line(
    tmp_path: Path, said: dict[str, str], changed: dict[str, np.ndarray], message: str
) -> None:
    folder = written(tmp_path, said, **changed)
    with pytest.raises(ControllerError, match=message) as caught:
        ImportanceNetwork.load(folder, "c0de")
    assert "\n" not in str(caught.value)
    assert CONTROLLER_FILE in str(caught.value)


@pytest.mark.parametrize("kept", [0, 5, 1000])
def test_a_file_that_was_cut_off_is_refused_in_a_line(tmp_path: Path, kept: int) -> None:
    path = written(tmp_path, GOOD) / CONTROLLER_FILE
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(ControllerError, match="is damaged") as caught:
        ImportanceNetwork.load(tmp_path, "c0de")
    assert "\n" not in str(caught.value)


def test_the_command_says_whether_a_checkpoint_has_one(tmp_path: Path) -> None:
    config = {"mimi_name": "codec.safetensors", "mimi_config_name": "codec.json", "largesc": {}}
    for name, text in (("config", json.dumps(config)), ("codec", "{}")):
        (tmp_path / f"{name}.json").write_text(text)
    (tmp_path / "codec.safetensors").write_bytes(b"")  # is not read
    found, said = found_controller(str(tmp_path), "c0de")
    assert found is False
    assert "no controller; what frames cost is told by level and spectral flux" in said
    written(tmp_path, GOOD)
    found, said = found_controller(str(tmp_path), "c0de")
    assert found is True
    assert "its controller tells what frames cost from their latent" in said
    found, said = found_controller(str(tmp_path), "beef")
    assert found is None
    assert "belongs to codec 'c0de'" in said
