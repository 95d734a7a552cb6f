# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A hub with a small Moshi under the name of Kyutai's: pins, configuration and cache fit it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from gnuradio.largesc.codec.checkpoint import find_checkpoint
from gnuradio.largesc.codec.hub import HUB_CODECS, HUB_TOKEN_MODELS, MOSHIKO, HubFile
from gnuradio.largesc.codec.mimi_builder import EMBEDDED_CONFIG
from gnuradio.largesc.recovery.token_model import available_memory, model_placement
from kyutai_layout import save_published
from local_hub import LocalHub, local_hub
from moshi.models import loaders
from random_checkpoint import random_checkpoint
from random_token_model import TINY_MOSHI, random_model

CODEC, WEIGHTS = (f"{MOSHIKO}/{pins[MOSHIKO].file}" for pins in (HUB_CODECS, HUB_TOKEN_MODELS))
NOWHERE = "http://127.0.0.1:9"


def codec_pin() -> HubFile:
    return HUB_CODECS[MOSHIKO]


def model_pin() -> HubFile:
    return HUB_TOKEN_MODELS[MOSHIKO]


def write_files(folder: Path) -> dict[str, Path]:
    """Codec and language model, random, for :func:`moshi_hub`."""
    save_published(random_model(TINY_MOSHI), folder / "moshi.safetensors")
    return {
        CODEC: find_checkpoint(random_checkpoint()).codec_weights,
        WEIGHTS: folder / "moshi.safetensors",
    }


@pytest.fixture(scope="module")
def hub_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Those of a hub, for all tests of a file."""
    return write_files(tmp_path_factory.mktemp("weights"))


@pytest.fixture
def hub(
    hub_files: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[LocalHub]:
    """A running hub."""
    with moshi_hub(hub_files, tmp_path / "cache", monkeypatch) as running:
        yield running


@pytest.fixture
def too_little_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """8 GB and no GPU, for weights of the size that Kyutai's have."""
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemAvailable: 8000000 kB\n")
    monkeypatch.setattr(available_memory, "MEMINFO", meminfo)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setitem(HUB_TOKEN_MODELS, MOSHIKO, replace(model_pin(), size=15_375_500_136))


@contextmanager
def moshi_hub(
    files: dict[str, Path], cache: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[LocalHub]:
    """Runs the hub while the block runs; models compute on the CPU, in 16 bits."""
    monkeypatch.setattr(loaders, "_mimi_config", EMBEDDED_CONFIG)
    monkeypatch.setattr(loaders, "_lm_kwargs", TINY_MOSHI)
    monkeypatch.setattr(model_placement, "devices", list)
    monkeypatch.setenv("HF_HUB_CACHE", str(cache))
    with local_hub(files) as running:
        monkeypatch.setenv("HF_ENDPOINT", running.endpoint)
        for name, pins in ((CODEC, HUB_CODECS), (WEIGHTS, HUB_TOKEN_MODELS)):
            size = files[name].stat().st_size
            pin = replace(pins[MOSHIKO], sha256=running.digests[name], size=size)
            monkeypatch.setitem(pins, MOSHIKO, pin)
        yield running


def fetched(hub: LocalHub) -> set[str]:
    """Files that were downloaded, at least in part."""
    return {path.rpartition("/")[2] for method, path, _ in hub.requests if method == "GET"}
