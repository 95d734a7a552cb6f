# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moshi's language model by name: fetched when recovery asks for it, checked, resumed, offline.

A small model in Kyutai's layout runs from a local hub; a file of the true size, all zeros, shows
that names, shapes and types are the published ones.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from gnuradio.largesc.codec import hub as hub_module
from gnuradio.largesc.codec.checkpoint import (
    CheckpointError,
    find_checkpoint,
)
from gnuradio.largesc.codec.file_digest import file_digest
from gnuradio.largesc.codec.hub import HUB_CODECS, HUB_TOKEN_MODELS, MOSHIKO, is_cached
from gnuradio.largesc.recovery.strategies.recovery_settings import RecoverySettings
from gnuradio.largesc.recovery.strategies.strategy_by_name import make_recovery
from gnuradio.largesc.recovery.token_model import available_memory, token_model_files
from gnuradio.largesc.recovery.token_model.model_placement import place_model
from gnuradio.largesc.recovery.token_model.sampling_settings import SamplingSettings
from gnuradio.largesc.recovery.token_model.token_model import build_token_model
from gnuradio.largesc.recovery.token_model.token_model_config import read_config
from gnuradio.largesc.recovery.token_model.token_model_files import (
    find_token_model,
    load_token_model,
)
from huggingface_hub import constants
from kyutai_layout import published_shapes, write_sparse
from local_hub import LocalHub
from moshi.models import loaders
from moshi_hub import NOWHERE, codec_pin, fetched, model_pin
from random_token_model import NONE, TINY_MOSHI, one_thread, random_model

SETTINGS = RecoverySettings(MOSHIKO, look_ahead=0, sampling=SamplingSettings(greedy=True))
WHOLE = np.arange(8, dtype=np.int16)
LM_KWARGS = dict(loaders._lm_kwargs)


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    yield from one_thread()


def fill(strategy: str, settings: RecoverySettings = SETTINGS) -> list[np.ndarray]:
    """What a strategy plays for a whole frame, half a frame and two lost ones."""
    recovery = make_recovery(strategy, settings)
    half = np.where(WHOLE < 4, WHOLE, -1).astype(np.int16)
    return [recovery.push(tokens, tokens) for tokens in (WHOLE, half, NONE, NONE)]


def test_the_codec_alone_fetches_no_language_model(hub: LocalHub) -> None:
    make_recovery("interpolate", SETTINGS)
    assert fetched(hub) == {codec_pin().file}
    assert not is_cached(model_pin())


@pytest.mark.slow
def test_base_fetches_it_runs_and_works_offline(
    hub: LocalHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    played = fill("base")
    np.testing.assert_array_equal(played[0], WHOLE)
    np.testing.assert_array_equal(played[1][:4], WHOLE[:4])
    assert all(tokens.min() >= 0 for tokens in played)
    assert fetched(hub) == {codec_pin().file, model_pin().file}
    assert all(f"/resolve/{model_pin().revision}/" in path for _, path, _ in hub.requests)
    hub.requests.clear()
    monkeypatch.setenv("HF_ENDPOINT", NOWHERE)
    np.testing.assert_array_equal(fill("base"), played)
    assert not hub.requests


def test_what_is_loaded_is_what_was_published(hub: LocalHub) -> None:
    """In 16 bits as stored, on whatever is here, matrices of attention apart again."""
    files = find_token_model(find_checkpoint(MOSHIKO))
    place = place_model(files, "auto", "auto")
    assert place.precision == "bfloat16"
    model = load_token_model(files, False, "cpu", place.dtype)
    for name, value in random_model(TINY_MOSHI).state_dict().items():
        assert torch.equal(model.state_dict()[name], value.bfloat16()), name


@pytest.mark.slow
def test_an_interrupted_download_goes_on_where_it_was(
    hub: LocalHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 2**16)  # what is kept is whole chunks
    find_checkpoint(MOSHIKO)
    hub.requests.clear()
    hub.cut_after = model_pin().size // 2
    try:
        find_token_model(find_checkpoint(MOSHIKO))
    except CheckpointError:  # the hub's library may give up, or go on by itself
        find_token_model(find_checkpoint(MOSHIKO))
    starts = [int(r.split("=")[1].split("-")[0]) for _, _, r in hub.requests if r]
    assert max(starts) >= model_pin().size // 2 - 2**16


def test_another_file_than_the_pinned_one_is_refused_and_removed(
    hub: LocalHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(HUB_TOKEN_MODELS, MOSHIKO, replace(model_pin(), sha256="0" * 64))
    with pytest.raises(
        CheckpointError, match=r"model.safetensors is not the pinned file .*removed"
    ):
        make_recovery("base", SETTINGS)
    assert not is_cached(model_pin())


def test_no_network_says_what_to_type(hub: LocalHub, monkeypatch: pytest.MonkeyPatch) -> None:
    find_checkpoint(MOSHIKO)
    monkeypatch.setenv("HF_ENDPOINT", NOWHERE)
    command = "largesc checkpoints fetch kyutai/moshiko-pytorch-bf16 --token-model"
    with pytest.raises(
        CheckpointError, match=rf"cannot be reached: connect once and run '{command}'"
    ):
        make_recovery("base", SETTINGS)


def test_what_no_memory_here_can_hold_is_not_fetched(
    hub: LocalHub, too_little_memory: None
) -> None:
    message = r"needs 15.38 GB of memory .* cpu has 8.19 GB left: .*'mini'.*recovery 'hold'"
    with pytest.raises(CheckpointError, match=message):
        make_recovery("base", SETTINGS)
    assert model_pin().file not in fetched(hub)


def test_a_disk_without_room_is_said_before_anything_is_fetched(
    hub: LocalHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(HUB_CODECS, MOSHIKO, replace(codec_pin(), size=10**18))
    with pytest.raises(CheckpointError, match=r"needs 1000000000.0 GB more in .*HF_HUB_CACHE"):
        find_checkpoint(MOSHIKO)
    assert not hub.requests


class PinnedDigest:
    """In place of hashing 15 GB of zeros."""

    def hexdigest(self) -> str:
        return HUB_TOKEN_MODELS[MOSHIKO].sha256

    def update(self, data: bytes) -> None:
        pass


def pinned_digest(path: Path) -> Any:
    return PinnedDigest() if path.name == model_pin().file else file_digest(path)


@pytest.mark.slow
def test_a_file_of_the_true_size_has_every_name_shape_and_type_of_moshi(
    hub: LocalHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All 7.7 billion values, in a sparse file that takes the place of the download.

    Its size is the published one to the byte, which holds number, names and shapes of tensors. It
    is mapped, not read: 15 GB of zeros cost no memory as long as nothing computes with them.
    """
    monkeypatch.setattr(loaders, "_lm_kwargs", LM_KWARGS)
    skeleton = build_token_model(read_config(LM_KWARGS), "meta", torch.bfloat16)
    find_checkpoint(MOSHIKO)
    snapshot = next((tmp_path / "cache").glob("*/snapshots/*"))
    size = write_sparse(published_shapes(skeleton), snapshot / model_pin().file)
    assert size == 15_375_500_136
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemAvailable: 20000000 kB\n")
    monkeypatch.setattr(available_memory, "MEMINFO", meminfo)
    for module in (hub_module, token_model_files):
        monkeypatch.setattr(module, "file_digest", pinned_digest)
    monkeypatch.setattr(token_model_files, "build_token_model", lambda *_: skeleton)
    files = find_token_model(find_checkpoint(MOSHIKO))
    place = place_model(files, "auto", "cpu")
    shapes = {name: value.shape for name, value in skeleton.state_dict().items()}
    model = load_token_model(files, False, "cpu", place.dtype)
    assert {name: value.shape for name, value in model.state_dict().items()} == shapes
    assert {v.dtype for v in model.state_dict().values()} == {torch.bfloat16}
    assert {v.device.type for v in model.state_dict().values()} == {"cpu"}
    assert fetched(hub) == {codec_pin().file}


def test_the_pins_are_those_of_the_hubs_listings() -> None:
    codec, model = HUB_CODECS[MOSHIKO], HUB_TOKEN_MODELS[MOSHIKO]
    assert codec.revision == model.revision == "2bfc9ae6e89079a5cc7ed2a68436010d91a3d289"
    assert model.size == 15_375_500_136
    assert model.sha256.startswith("5b835c664f38")
