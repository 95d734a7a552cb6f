# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kyutai's checkpoints from a hub: full-size files, pinned, checked, resumed, offline."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from gnuradio.largesc.codec import checkpoint as checkpoints
from gnuradio.largesc.codec.checkpoint import CheckpointError, find_checkpoint, load_codec
from gnuradio.largesc.codec.hub import HUB_CODECS
from gnuradio.largesc.codec.random_mimi import build_random_mimi
from gnuradio.largesc.codec.transformers_layout import from_transformers
from gnuradio.largesc.codec.verification import RECORDING
from local_hub import LocalHub, local_hub
from safetensors.torch import load_file, save_file

pytestmark = pytest.mark.slow

MIMI, MOSHIKO = "kyutai/mimi", "kyutai/moshiko-pytorch-bf16"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Full-size Mimi with random weights, in Kyutai's layout and in transformers'."""
    folder = tmp_path_factory.mktemp("weights")
    state = {
        name.replace(".in_projs.0.weight", ".in_proj_weight").replace(
            ".out_projs.0.weight", ".out_proj.weight"
        ): value.contiguous()
        for name, value in build_random_mimi(8).state_dict().items()
    }
    save_file(state, folder / "moshi.safetensors")
    save_file(_to_transformers(state), folder / "transformers.safetensors")
    return {
        f"{MOSHIKO}/{HUB_CODECS[MOSHIKO].file}": folder / "moshi.safetensors",
        f"{MIMI}/{HUB_CODECS[MIMI].file}": folder / "transformers.safetensors",
    }


@pytest.fixture
def hub(
    files: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[LocalHub]:
    """A hub with these files, an empty cache, and pins that fit the files."""
    with local_hub(files) as running:
        monkeypatch.setenv("HF_ENDPOINT", running.endpoint)
        monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
        for name, codec in HUB_CODECS.items():
            digest = running.digests[f"{name}/{codec.file}"]
            monkeypatch.setitem(checkpoints.HUB_CODECS, name, replace(codec, sha256=digest))
        yield running


def _to_transformers(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Names and order as the published ``kyutai/mimi`` has them, spelt out the other way round."""
    found = {}
    for name, value in state.items():
        attention = re.match(r"(\w+)_transformer\.transformer\.layers\.(\d+)\.(.*)", name)
        if attention:
            side, layer, part = attention.groups()
            prefix = f"{side}_transformer.layers.{layer}."
            if part == "self_attn.in_proj_weight":
                for kind, weight in zip("qkv", value.chunk(3), strict=True):
                    if kind != "v":
                        pairs = weight.view(8, 32, 2, 512).transpose(1, 2)
                        weight = pairs.reshape(512, 512)
                    found[f"{prefix}self_attn.{kind}_proj.weight"] = weight.contiguous()
                continue
            part = {
                "self_attn.out_proj.weight": "self_attn.o_proj.weight",
                "linear1.weight": "mlp.fc1.weight",
                "linear2.weight": "mlp.fc2.weight",
                "norm1.weight": "input_layernorm.weight",
                "norm1.bias": "input_layernorm.bias",
                "norm2.weight": "post_attention_layernorm.weight",
                "norm2.bias": "post_attention_layernorm.bias",
                "layer_scale_1.scale": "self_attn_layer_scale.scale",
                "layer_scale_2.scale": "mlp_layer_scale.scale",
            }[part]
            found[prefix + part] = value
            continue
        for old, new in (
            (".model.", ".layers."),
            (".conv.conv.", ".conv."),
            (".convtr.convtr.", ".conv."),
            ("downsample.conv.conv.", "downsample.conv."),
            ("upsample.conv.convtr.", "upsample.conv."),
            ("upsample.convtr.conv.", "upsample.conv."),
            ("rvq_first.", "semantic_residual_vector_quantizer."),
            ("rvq_rest.", "acoustic_residual_vector_quantizer."),
            (".vq.layers.", ".layers."),
            ("._codebook.", ".codebook."),
            ("._initialized", ".initialized"),
            (".embedding_sum", ".embed_sum"),
        ):
            name = name.replace(old, new)
        found[name] = value
    return found


def test_names_are_those_that_kyutai_published(files: dict[str, Path]) -> None:
    names = set(load_file(files[f"{MIMI}/model.safetensors"]))
    for name in (
        "encoder.layers.0.conv.weight",
        "encoder.layers.1.block.1.conv.weight",
        "decoder.layers.2.conv.weight",
        "decoder.layers.14.conv.weight",
        "encoder_transformer.layers.0.self_attn.q_proj.weight",
        "encoder_transformer.layers.7.mlp_layer_scale.scale",
        "downsample.conv.weight",
        "upsample.conv.weight",
        "quantizer.semantic_residual_vector_quantizer.layers.0.codebook.embed_sum",
        "quantizer.semantic_residual_vector_quantizer.input_proj.weight",
        "quantizer.acoustic_residual_vector_quantizer.layers.30.codebook.cluster_usage",
    ):
        assert name in names


def test_both_layouts_give_the_same_codec_and_work_offline(
    hub: LocalHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    pcm, _ = soundfile.read(RECORDING, dtype="float32", frames=6 * 1920)
    tokens = {}
    for name in (MIMI, MOSHIKO, "mimi-random"):
        codec = load_codec(name)
        tokens[name] = np.stack([codec.encode(frame).tokens for frame in pcm.reshape(-1, 1920)])
    assert (tokens[MIMI] == tokens["mimi-random"]).all()
    assert (tokens[MOSHIKO] == tokens["mimi-random"]).all()
    hub.requests.clear()
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert find_checkpoint(MIMI).fingerprint == hub.digests[f"{MIMI}/model.safetensors"][:4]
    assert not hub.requests


def test_a_download_asks_for_the_pinned_revision(hub: LocalHub) -> None:
    find_checkpoint(MOSHIKO)
    revision = HUB_CODECS[MOSHIKO].revision
    assert re.fullmatch("[0-9a-f]{40}", revision)
    assert all(f"/resolve/{revision}/" in path for _, path, _ in hub.requests)


def test_an_interrupted_download_goes_on_where_it_was(hub: LocalHub) -> None:
    hub.cut_after = 100_000_000
    try:
        find_checkpoint(MIMI)
    except CheckpointError:  # the hub's library may give up, or go on by itself
        find_checkpoint(MIMI)
    starts = [int(r.split("=")[1].split("-")[0]) for _, _, r in hub.requests if r]
    assert max(starts) >= 90_000_000


def test_another_file_than_the_pinned_one_is_refused_and_removed(
    hub: LocalHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = checkpoints.HUB_CODECS[MIMI]
    monkeypatch.setitem(checkpoints.HUB_CODECS, MIMI, replace(right, sha256="0" * 64))
    with pytest.raises(CheckpointError, match=r"not the pinned file .* removed"):
        find_checkpoint(MIMI)
    monkeypatch.setitem(checkpoints.HUB_CODECS, MIMI, right)
    hub.requests.clear()
    assert find_checkpoint(MIMI).codec_weights.is_file()
    assert any(method == "GET" for method, _, _ in hub.requests)


def test_no_network_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(CheckpointError, match=r"checkpoints fetch kyutai/mimi.*'mini'"):
        find_checkpoint(MIMI)


def test_a_file_that_the_hub_lacks_is_said(hub: LocalHub, monkeypatch: pytest.MonkeyPatch) -> None:
    right = checkpoints.HUB_CODECS[MIMI]
    monkeypatch.setitem(checkpoints.HUB_CODECS, MIMI, replace(right, file="other.safetensors"))
    with pytest.raises(CheckpointError, match="kyutai/mimi: the download failed"):
        find_checkpoint(MIMI)


def test_keys_and_values_are_joined_to_queries(files: dict[str, Path]) -> None:
    state = load_file(files[f"{MIMI}/model.safetensors"])
    assert len(from_transformers(state)) == len(state) - 2 * 16
