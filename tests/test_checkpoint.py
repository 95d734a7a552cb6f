# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checkpoint folders: what is in the module, and clear words for each way one can be wrong."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from gnuradio.largesc.codec.checkpoint import (
    CheckpointError,
    embedded_names,
    find_checkpoint,
    fingerprint_of,
    load_codec,
)
from gnuradio.largesc.codec.checkpoint_weights import load_weights, save_weights
from random_checkpoint import random_checkpoint
from safetensors.torch import load_file, save_file
from torch import nn


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checkpoint of its own, to be damaged."""
    return Path(shutil.copytree(random_checkpoint(), tmp_path / "checkpoint"))


def edit(file: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Changes a JSON file."""
    content = json.loads(file.read_text())
    change(content)
    file.write_text(json.dumps(content))


def forget_fingerprint(folder: Path) -> None:
    """Leaves the checkpoint without anything to compare its files with, as Kyutai's are."""
    edit(folder / "config.json", lambda config: config.pop("largesc"))


def edit_weights(folder: Path, change: Callable[[dict[str, torch.Tensor]], object]) -> None:
    """Changes the tensors stored."""
    tensors = load_file(folder / "codec.safetensors")
    change(tensors)
    save_file(tensors, folder / "codec.safetensors")
    forget_fingerprint(folder)


def assert_refused(folder: Path, *said: str) -> None:
    """The checkpoint does not load; the message names it and says all this."""
    with pytest.raises(CheckpointError) as caught:
        load_codec(str(folder))
    message = str(caught.value)
    assert str(folder) in message
    for words in said:
        assert re.search(words, message), message


def test_embedded_checkpoint_is_whole_and_small() -> None:
    assert "mini" in embedded_names()
    checkpoint = find_checkpoint("mini")
    assert checkpoint.fingerprint == checkpoint.expected_fingerprint
    assert checkpoint.size() == sum(f.stat().st_size for f in checkpoint.folder.iterdir())
    assert checkpoint.size() <= 24e6
    assert load_codec("mini").fingerprint == checkpoint.fingerprint


def test_folder_is_a_checkpoint(folder: Path) -> None:
    codec = load_codec(str(folder))
    weights, config = folder / "codec.safetensors", json.loads((folder / "codec.json").read_text())
    assert codec.fingerprint == fingerprint_of(weights, config)
    assert re.fullmatch("[0-9a-f]{4}", codec.fingerprint)


def test_checkpoint_without_fingerprint_loads(folder: Path) -> None:
    forget_fingerprint(folder)
    assert find_checkpoint(str(folder)).expected_fingerprint is None
    assert load_codec(str(folder)).num_codebooks == 8


def test_a_codec_with_random_weights_is_not_called_unknown() -> None:
    with pytest.raises(CheckpointError, match="mimi-random is a codec with random weights"):
        find_checkpoint("mimi-random")


def test_unknown_name_is_refused_with_a_list_of_those_there_are() -> None:
    with pytest.raises(CheckpointError, match=r"no checkpoint 'maxi': .*mini.*mimi-random"):
        load_codec("maxi")


def test_folder_without_config_is_none(folder: Path) -> None:
    (folder / "config.json").unlink()
    assert_refused(folder, "neither embedded .* nor a folder with a config.json")


@pytest.mark.parametrize("file", ["codec.json", "codec.safetensors"])
def test_missing_file_is_named(folder: Path, file: str) -> None:
    (folder / file).unlink()
    assert_refused(folder, "incomplete or damaged", re.escape(file))


@pytest.mark.parametrize("file", ["config.json", "codec.json"])
@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe\x00", b"no json"])
def test_configuration_that_is_no_json_is_refused(folder: Path, file: str, content: bytes) -> None:
    (folder / file).write_bytes(content)
    assert_refused(folder, "incomplete or damaged")


@pytest.mark.parametrize("key", ["mimi_name", "mimi_config_name"])
def test_configuration_without_a_file_name_is_refused(folder: Path, key: str) -> None:
    edit(folder / "config.json", lambda config: config.pop(key))
    assert_refused(folder, "incomplete or damaged", key)


@pytest.mark.parametrize("section", [None, [], "c3f1"])
def test_a_section_of_ours_that_is_none_is_refused(folder: Path, section: object) -> None:
    edit(folder / "config.json", lambda config: config.update(largesc=section))
    assert_refused(folder, "incomplete or damaged")


@pytest.mark.parametrize("error", [AttributeError, IndexError, AssertionError])
def test_whatever_a_builder_makes_of_a_configuration_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def build(*_: object) -> None:
        raise error("no such layer")

    monkeypatch.setattr("gnuradio.largesc.codec.mimi_builder.build_mimi", build)
    edit(folder / "codec.json", lambda config: config.update(kept=error.__name__))
    forget_fingerprint(folder)
    assert_refused(folder, "does not load", error.__name__, "no such layer")


def test_wrong_fingerprint_is_refused(folder: Path) -> None:
    found = find_checkpoint(str(folder)).fingerprint
    wrong = "0000" if found != "0000" else "ffff"
    edit(folder / "config.json", lambda config: config["largesc"].update(fingerprint=wrong))
    assert_refused(folder, f"its fingerprint is {found}", f"config.json says {wrong}")


def test_single_changed_byte_is_noticed(folder: Path) -> None:
    weights = folder / "codec.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    assert_refused(folder, "damaged", "fingerprint")


def test_changed_configuration_is_noticed(folder: Path) -> None:
    edit(folder / "codec.json", lambda config: config["transformer"].update(context=40))
    assert_refused(folder, "damaged", "fingerprint")


@pytest.mark.parametrize("kept", [0, 4, 100, 100_000, -1])
def test_truncated_weights_are_refused(folder: Path, kept: int) -> None:
    weights = folder / "codec.safetensors"
    weights.write_bytes(weights.read_bytes()[:kept])
    assert_refused(folder, "damaged")
    forget_fingerprint(folder)
    assert_refused(folder, "codec.safetensors is no readable safetensors file")


def test_pickled_weights_are_refused(folder: Path) -> None:
    torch.save({"weight": torch.zeros(3)}, folder / "codec.safetensors")
    forget_fingerprint(folder)
    assert_refused(folder, "codec.safetensors is no readable safetensors file")


def test_weights_of_another_shape_are_refused(folder: Path) -> None:
    edit(folder / "codec.json", lambda config: config["quantizer"].update(bins=1024))
    forget_fingerprint(folder)
    assert_refused(folder, "does not load", "size mismatch")


def test_missing_tensor_is_named(folder: Path) -> None:
    edit_weights(folder, lambda tensors: tensors.pop("quantizer.output_proj.weight"))
    assert_refused(folder, "does not load", "quantizer.output_proj.weight")


def test_tensor_of_another_model_is_named(folder: Path) -> None:
    edit_weights(folder, lambda tensors: tensors.update(another=torch.zeros(3)))
    assert_refused(folder, "does not load", "another")


def test_configuration_without_ends_is_refused(folder: Path) -> None:
    edit(folder / "codec.json", lambda config: config.pop("spectral_encoder"))
    forget_fingerprint(folder)
    assert_refused(folder, "does not load", "neither 'seanet' nor 'spectral_encoder'")


def test_unknown_option_is_refused(folder: Path) -> None:
    edit(folder / "codec.json", lambda config: config["quantizer"].update(flavour=1))
    forget_fingerprint(folder)
    assert_refused(folder, "does not load", "flavour")


def test_fingerprint_depends_on_weights_and_configuration(tmp_path: Path) -> None:
    weights = tmp_path / "weights"
    weights.write_bytes(b"1")
    fingerprints = {fingerprint_of(weights, {"a": 1}), fingerprint_of(weights, {"a": 2})}
    weights.write_bytes(b"2")
    fingerprints.add(fingerprint_of(weights, {"a": 1}))
    assert len(fingerprints) == 3
    assert fingerprint_of(weights, {"a": 1, "b": 2}) == fingerprint_of(weights, {"b": 2, "a": 1})


class Layers(nn.Module):
    """A matrix, a convolution and what is too small for 8 bits."""

    def __init__(self) -> None:
        super().__init__()
        self.matrix = nn.Linear(96, 64)
        self.convolution = nn.Conv1d(32, 32, 7)
        self.small = nn.Linear(4, 4)
        self.register_buffer("nothing", torch.zeros(64, 96))


def test_eight_bits_keep_weights_to_half_a_step(tmp_path: Path) -> None:
    torch.manual_seed(1)
    model, loaded = Layers(), Layers()
    model.matrix.weight.data *= torch.logspace(-1, 3, 64)[:, None]  # rows of any loudness
    save_weights(model, tmp_path / "weights.safetensors")
    load_weights(loaded, tmp_path / "weights.safetensors")
    for name, value in model.state_dict().items():
        error = (loaded.state_dict()[name] - value).abs()
        if name in ("matrix.weight", "convolution.weight"):
            step = value.flatten(1).abs().amax(dim=1) / 127
            assert (error.flatten(1) <= 0.51 * step[:, None]).all(), name
            assert error.max() > 0, name
        else:
            assert (error <= 1e-3 * value.abs()).all(), name


def test_matrices_are_stored_in_8_bits_and_the_rest_in_16(tmp_path: Path) -> None:
    save_weights(Layers(), tmp_path / "weights.safetensors")
    stored = {name: v.dtype for name, v in load_file(tmp_path / "weights.safetensors").items()}
    assert stored["matrix.weight"] == stored["convolution.weight"] == torch.int8
    assert stored["matrix.weight.scale"] == torch.float32
    assert stored["matrix.bias"] == torch.float16
    assert stored["small.weight"] == torch.float16
    assert "small.weight.scale" not in stored


def test_weights_without_scales_load_as_they_are(tmp_path: Path) -> None:
    model, loaded = Layers(), Layers()
    save_file(model.state_dict(), tmp_path / "weights.safetensors")
    load_weights(loaded, tmp_path / "weights.safetensors")
    for name, value in model.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], value)
