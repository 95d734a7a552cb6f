# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Token models between the stages: what a run begins with, and what it leaves."""

import contextlib
import json
import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from largesc.codec.checkpoint import find_checkpoint, fingerprint_of
from largesc.codec.checkpoint_weights import SCALE, load_weights
from largesc.codec.speech_codec import never_compile
from largesc.frame.tokens import NUM_CODEBOOKS
from largesc.recovery.token_model.lora_adapter import AdapterOrigin, save_adapter
from largesc.recovery.token_model.token_model import build_token_model
from largesc.recovery.token_model.token_model_config import (
    TokenModelConfig,
    has_token_model,
    read_config,
)
from largesc.recovery.token_model.token_model_files import model_fingerprint
from moshi.models.lm import LMModel
from moshi.models.loaders import MOSHI_NAME, _lm_kwargs
from safetensors.torch import load_file

from .settings import TokenModelSettings

WEIGHTS, ADAPTER = "moshi.safetensors", "lora.safetensors"
LINKED = 10**9  # bytes; smaller files are copied, since a stage that runs again writes into them
CODEC, CODEC_CONFIG = "codec.safetensors", "codec.json"


@dataclass(frozen=True)
class BaseModel:
    """A base on disk.

    Attributes:
        config: Kyutai's flat keys, with the rank and scaling of the adapter to come.
        weights: safetensors.
    """

    config: dict[str, Any]
    weights: Path

    def read(self) -> TokenModelConfig:
        """The configuration as models are built from it."""
        return read_config(self.config)

    def fingerprint(self) -> str:
        """What an adapter says it belongs to."""
        return model_fingerprint(self.weights, self.config)


def find_base(folder: Path, settings: TokenModelSettings) -> BaseModel:
    """A base that others trained: Kyutai's files as they publish them, in a folder.

    Moshi's repositories have no configuration of the model, or one without its keys: then it is
    the one that moshi's package has for them.

    Raises:
        ValueError: no weights in the folder, or a model of another shape than recovery's.
    """
    path = folder / "config.json"
    given = json.loads(path.read_text()) if path.is_file() else {}
    config = given if has_token_model(given) else {**given, **_lm_kwargs}
    weights = folder / config.get("moshi_name", MOSHI_NAME)
    if not weights.is_file():
        raise ValueError(f"{folder} has no {weights.name}: a base is a folder with Kyutai's files")
    adapter = {"lora_rank": settings.adapter.rank, "lora_scaling": settings.adapter.scaling}
    config = {key: value for key, value in config.items() if key != "lora_name"} | adapter
    read_config(config)
    return BaseModel(config, weights)


def new_model(config: dict[str, Any], settings: TokenModelSettings) -> LMModel:
    """An untrained model, drawn from torch's global generator."""
    never_compile()
    return build_token_model(_trainable(read_config(config), settings))


def load_base(base: BaseModel, settings: TokenModelSettings) -> LMModel:
    """A base with its weights, in the settings' precision.

    Raises:
        ValueError: weights that are not the configuration's.
    """
    never_compile()
    config = _trainable(base.read(), settings)
    dtype = torch.bfloat16 if settings.precision == "bfloat16" else torch.float32
    if dtype == torch.float32:
        model = build_token_model(config)
        load_weights(model, base.weights)
        return model
    stored = load_file(base.weights)
    if any(name.endswith(SCALE) for name in stored):
        raise ValueError(f"{base.weights.name} is stored in 8 bits: precision must be float32")
    model = build_token_model(config, "meta", dtype)
    like = model.state_dict()
    state = {k: v.to(like[k].dtype) if k in like else v for k, v in stored.items()}
    try:
        model.load_state_dict(state, assign=True)
    except RuntimeError as error:
        raise ValueError(f"{base.weights.name} is not the model's: {str(error)[:300]}") from error
    return model


def _trainable(config: TokenModelConfig, settings: TokenModelSettings) -> TokenModelConfig:
    """Checkpointing is how a model is trained, not which one it is: no key of its configuration."""
    checkpointing = {"gradient_checkpointing": settings.gradient_checkpointing}
    return replace(config, arguments=config.arguments | checkpointing)


def folder_fingerprint(codec: str) -> str:
    """Fingerprint that a checkpoint's codec has once it lies in a folder.

    One from the hub has another there: its own comes from the file alone.

    Raises:
        CheckpointError: no such checkpoint.
    """
    found = find_checkpoint(codec)
    return fingerprint_of(found.codec_weights, found.codec_config)


def write_adapter(model: LMModel, path: Path, codec: str, base: BaseModel) -> None:
    """The adapter of a model, with what it belongs to.

    Args:
        model: with an adapter.
        path: safetensors.
        codec: name of the checkpoint whose tokens it learned.
        base: that it was trained on.
    """
    config = base.read()
    origin = AdapterOrigin(
        config.lora_rank,
        config.lora_scaling,
        base.fingerprint(),
        folder_fingerprint(codec),
        NUM_CODEBOOKS,
    )
    save_adapter(model, path, origin)


def write_token_checkpoint(
    folder: Path, codec: str, base: BaseModel, adapter: Path | None = None
) -> None:
    """A whole checkpoint: codec, base and, if there is one, its adapter.

    Weights as big as Moshi's (15 GB) are linked where the file system can, not copied.

    Args:
        folder: made if it is not there.
        codec: name of the checkpoint with the codec.
        base: its weights and configuration.
        adapter: what :func:`write_adapter` wrote.

    Raises:
        CheckpointError: no such codec.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = find_checkpoint(codec)
    _place(found.codec_weights, folder / CODEC)
    _place(base.weights, folder / WEIGHTS)
    if adapter is not None:
        _place(adapter, folder / ADAPTER)
    (folder / CODEC_CONFIG).write_text(json.dumps(found.codec_config, indent=2) + "\n")
    config = _config(base, folder_fingerprint(codec), adapter is not None)
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    size = sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
    fingerprint = config["largesc"]["fingerprint"]
    print(f"{folder}: {size / 1e6:.2f} MB, codec {fingerprint}, base {base.fingerprint()}")


def _config(base: BaseModel, codec: str, adapted: bool) -> dict[str, Any]:
    names = {
        "model_type": base.config.get("model_type", "largesc"),
        "mimi_name": CODEC,
        "mimi_config_name": CODEC_CONFIG,
        "moshi_name": WEIGHTS,
    }
    if adapted:
        names["lora_name"] = ADAPTER
    ours = base.config.get("largesc", {})
    model = ours.get("token_model", {}) | {"codec": codec}
    ours = ours | {"format": 1, "fingerprint": codec, "token_model": model}
    return base.config | names | {"largesc": ours}


def _place(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    if source.stat().st_size > LINKED:
        with contextlib.suppress(OSError):  # another file system
            os.link(source.resolve(), target)
            return
    shutil.copyfile(source, target)
