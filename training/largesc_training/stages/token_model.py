# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stages from a codec to a checkpoint with a token model."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from largesc.codec.checkpoint_weights import load_weights, save_weights
from largesc.recovery.token_model.token_model import (
    parameter_count,
    start_from_codebooks,
)
from largesc.recovery.token_model.token_model_config import read_config

from ..run_options import RunOptions
from ..stage import StageError
from ..token_model.encoding import encode_corpus
from ..token_model.model_files import (
    ADAPTER,
    WEIGHTS,
    BaseModel,
    find_base,
    load_base,
    new_model,
    write_adapter,
    write_token_checkpoint,
)
from ..token_model.near_tokens import NearTokens, near_tokens
from ..token_model.offline_encoder import CodecFacts, codec_facts
from ..token_model.settings import TokenModelSettings
from ..token_model.tasks import AdapterTask, TokenModelTask
from ..token_model.token_batches import CleanBatches, LossyBatches
from ..token_model.token_set import TokenSet
from ..token_model.validation import TokenValidation
from ..training_loop import Budget, train
from .budgets import BASE, FULL, LORA, MINUTES


def tokens(options: RunOptions) -> None:
    """The corpus as tokens into ``tokens/``."""
    encode_corpus(
        options.work / "corpus",
        options.work / "tokens",
        _codec(options),
        options.token_model,
        options.seed,
        options.device,
    )


def base(options: RunOptions) -> None:
    """Next-token prediction on clean speech into ``token-base/``."""
    settings, folder = options.token_model, options.work / BASE
    facts = _checked_codec(options)
    config = settings.model_config_dict(facts.fingerprint)
    torch.manual_seed(options.seed)
    model = new_model(config, settings)
    rank = settings.shape.table_rank
    if options.token_start:
        load_weights(model, options.token_start)
    elif facts.codebooks is not None and facts.codebooks.shape[2] == rank:
        start_from_codebooks(model, facts.codebooks)
    else:
        print(f"codebook vectors are not of width {rank}: tables start at random")
    print(f"{parameter_count(model) / 1e6:.2f} M parameters")
    data = CleanBatches(options.work / "tokens", settings, options.seed)
    model.to(options.device)
    around = _around(options, facts)
    task = TokenModelTask(model, read_config(config), data, settings, **around)
    train(BASE, task, *_budget(options, BASE, settings.learning_rate))
    save_weights(model, folder / WEIGHTS)
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")


def lora(options: RunOptions) -> None:
    """An adapter for lossy links into ``token-lora/``."""
    settings, trained = options.token_model, _base(options)
    facts = _checked_codec(options)
    model = load_base(trained, settings).to(options.device)
    torch.manual_seed(options.seed)
    data = LossyBatches(options.work / "tokens", settings, options.seed)
    around = {"own_tokens": settings.own_tokens, **_around(options, facts)}
    task = AdapterTask(model, trained.read(), data, settings, **around)
    train(LORA, task, *_budget(options, LORA, settings.adapter_rate))
    write_adapter(model, options.work / LORA / ADAPTER, _codec(options), trained)


def full(options: RunOptions) -> None:
    """The base trained on losses with all its weights: what an adapter can at best become.

    The checkpoint in ``token-full/checkpoint/`` has it as its base; strategy ``base`` runs it.
    """
    settings, trained = options.token_model, _base(options)
    if settings.precision != "float32":
        raise StageError("full fine-tuning needs precision float32: small steps vanish in 16 bits")
    folder, codec = options.work / FULL, _codec(options)
    facts = _checked_codec(options)
    model = load_base(trained, settings).to(options.device)
    data = LossyBatches(options.work / "tokens", settings, options.seed)
    around = {"own_tokens": settings.own_tokens, **_around(options, facts)}
    task = TokenModelTask(model, trained.read(), data, settings, **around)
    train(FULL, task, *_budget(options, FULL, settings.full_rate))
    save_weights(model, folder / WEIGHTS)
    write_token_checkpoint(folder / "checkpoint", codec, replace(trained, weights=folder / WEIGHTS))


def checkpoint(options: RunOptions) -> None:
    """Codec, base and adapter as one checkpoint into ``complete-checkpoint/``."""
    folder, adapter = options.work / "complete-checkpoint", options.work / LORA / ADAPTER
    write_token_checkpoint(folder, _codec(options), _base(options), adapter)


def _codec(options: RunOptions) -> str:
    """Name of the checkpoint whose codec makes the tokens."""
    if options.checkpoint:
        return options.checkpoint
    made = options.work / "checkpoint"
    if not (made / "config.json").is_file():
        raise StageError("no codec: run stage checkpoint, or take one with --checkpoint NAME")
    return str(made)


def _base(options: RunOptions) -> BaseModel:
    if options.base:
        return find_base(options.base, options.token_model)
    folder = options.work / BASE
    config = json.loads((folder / "config.json").read_text())
    adapter = options.token_model.adapter
    config |= {"lora_rank": adapter.rank, "lora_scaling": adapter.scaling}
    return BaseModel(config, folder / WEIGHTS)


def _checked_codec(options: RunOptions) -> CodecFacts:
    """The codec, if the tokens are its own."""
    facts, found = codec_facts(_codec(options)), TokenSet(options.work / "tokens").codec
    if found != facts.fingerprint:
        raise StageError(
            f"the tokens are those of codec {found}, the checkpoint's is {facts.fingerprint}: "
            f"remove {options.work / 'tokens'} and {options.work / 'stages' / 'tokens.json'}"
        )
    return facts


def _around(options: RunOptions, codec: CodecFacts) -> dict[str, Any]:
    """What tasks need beside model and data."""
    folder, settings = options.work / "tokens", options.token_model
    wanted = options.validate_every > 0
    validation = TokenValidation(folder, settings, options.device) if wanted else None
    return {"workers": options.workers, "validation": validation, "near": _near(settings, codec)}


def _near(settings: TokenModelSettings, codec: CodecFacts) -> NearTokens | None:
    if settings.near_share == 0:
        return None
    if codec.codebooks is None:
        raise StageError("near_share needs a codec whose codebooks are in one space")
    return near_tokens(codec.codebooks, settings.near_share)


def _budget(options: RunOptions, name: str, learning_rate: float) -> tuple[Path, Budget]:
    minutes = options.minutes.get(name, MINUTES[name])
    budget = Budget(minutes, learning_rate, options.validate_every, options.seed)
    return options.work / name, budget
