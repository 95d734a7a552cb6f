# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A token model's files in a checkpoint, and the model they make."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from moshi.models.lm import LMModel
from safetensors.torch import load_file

from ...codec.checkpoint import Checkpoint, CheckpointError, fingerprint_of
from ...codec.checkpoint_weights import SCALE, load_weights
from ...codec.file_digest import file_digest
from ...codec.weightless import Weightless
from ...frame.tokens import NUM_CODEBOOKS
from .available_memory import check_fits, needed_bytes
from .int8_token_model import compute_in_int8
from .lora_adapter import AdapterOrigin, check_origin, load_adapter, merge_adapter, read_origin
from .token_model import build_token_model
from .token_model_config import TokenModelConfig, has_token_model, read_config
from .token_model_source import token_model_config, token_model_weights


@dataclass(frozen=True)
class TokenModelFiles:
    """Where a token model's parts are, nothing loaded yet.

    Attributes:
        name: of the checkpoint.
        config: of the model.
        weights: safetensors.
        adapter: safetensors, None if the checkpoint has none.
        codec: fingerprint that the checkpoint's codec has in a folder, as adapters name it; one
            on the hub has another towards receivers.
        fingerprint: of configuration and weights.
    """

    name: str
    config: TokenModelConfig
    weights: Path
    adapter: Path | None
    codec: str
    fingerprint: str

    def adapter_origin(self) -> AdapterOrigin:
        """What an adapter for this model must have been trained for."""
        return AdapterOrigin(
            self.config.lora_rank,
            self.config.lora_scaling,
            self.fingerprint,
            self.codec,
            NUM_CODEBOOKS,
        )


def find_token_model(checkpoint: Checkpoint) -> TokenModelFiles:
    """The token model of a checkpoint; weights on the hub are downloaded if they are not here.

    Raises:
        CheckpointError: the checkpoint has none, it is for another codec, or files are missing or
            cannot be had.
    """
    name = checkpoint.name
    config = token_model_config(checkpoint)
    if not has_token_model(config):
        raise CheckpointError(
            f"checkpoint {name!r} has no token model; strategies zero, hold and interpolate need "
            "none"
        )
    try:
        read = read_config(config)
    except ValueError as error:
        raise CheckpointError(f"checkpoint {name!r}: {error}") from error
    codec = _codec_in_a_folder(checkpoint)
    if read.codec not in (None, codec):
        raise CheckpointError(
            f"checkpoint {name!r}: its token model learned the tokens of codec {read.codec}, its "
            f"codec is {codec}"
        )
    weights = token_model_weights(checkpoint)
    adapter = checkpoint.folder / config["lora_name"] if config.get("lora_name") else None
    for path in (weights, adapter):
        if path is not None and not path.is_file():
            raise CheckpointError(f"checkpoint {name!r} is incomplete: no file {path.name}")
    return TokenModelFiles(name, read, weights, adapter, codec, model_fingerprint(weights, config))


def _codec_in_a_folder(checkpoint: Checkpoint) -> str:
    if not checkpoint.on_hub:
        return checkpoint.fingerprint
    return fingerprint_of(checkpoint.codec_weights, checkpoint.codec_config)


def model_fingerprint(weights: Path, config: dict[str, Any]) -> str:
    """16 hexadecimal digits of SHA-256 over what builds the model and its weights."""
    arguments = read_config(config).arguments
    digest = file_digest(weights)
    digest.update(json.dumps(arguments, sort_keys=True).encode())
    return digest.hexdigest()[:16]


def load_token_model(
    files: TokenModelFiles,
    adapted: bool,
    device: torch.device | str = "cpu",
    dtype: torch.dtype = torch.float32,
    int8: bool = False,
) -> LMModel:
    """The model, in evaluation mode, an adapter merged into it.

    What can be wrong is looked for before weights are read.

    Args:
        files: of it.
        adapted: with the checkpoint's adapter.
        device: it runs on.
        dtype: of its weights; those stored in 8 bits (``save_weights``) load as float32 only.
        int8: feed-forward layers and heads compute in 8 bits (CPU).

    Raises:
        CheckpointError: no adapter, or one for something else; not enough memory; weights that do
            not fit the configuration.
    """
    try:
        if adapted:
            _check_adapter(files)
        with Weightless():
            skeleton = build_token_model(files.config, "meta", dtype)
        check_fits(needed_bytes(skeleton), torch.device(device), f"checkpoint {files.name!r}")
        model = _with_weights(files, skeleton, device)
        if adapted and files.adapter is not None:
            load_adapter(model, files.adapter, files.adapter_origin())
            merge_adapter(model)
    except (ValueError, RuntimeError, OSError) as error:
        raise CheckpointError(f"checkpoint {files.name!r} does not load: {error}") from error
    if int8:
        compute_in_int8(model)
    return model.requires_grad_(False)


def _check_adapter(files: TokenModelFiles) -> None:
    if files.adapter is None:
        raise ValueError("it has no adapter (lora_name); strategy base needs none")
    check_origin(read_origin(files.adapter), files.adapter_origin(), files.adapter.name)


def _with_weights(files: TokenModelFiles, skeleton: LMModel, device: torch.device | str) -> LMModel:
    dtype = skeleton.dtype
    if dtype == torch.float32:
        with Weightless():
            model = build_token_model(files.config, "cpu", dtype)
        load_weights(model, files.weights)
        return model.to(device)
    stored = load_file(files.weights, device=str(device))
    if any(name.endswith(SCALE) for name in stored):
        raise ValueError("its weights are stored in 8 bits, which load as float32 only")
    # Hibiki's conditioners are built in float32, and an assigned tensor keeps its own type.
    like = skeleton.state_dict()
    state = {
        name: value.to(like[name].dtype) if name in like and value.is_floating_point() else value
        for name, value in stored.items()
    }
    skeleton.load_state_dict(state, assign=True)
    return skeleton
