# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stages from a prepared corpus to a checkpoint."""

from pathlib import Path

import moshi.utils.compile
import torch
from largesc.codec.checkpoint_weights import load_weights
from safetensors.torch import load_file, save_file

from ..codec.export import write_checkpoint
from ..codec.learning_codec import LearningCodec
from ..codec.phases import ContinuousTask, EncoderTask, QuantisedTask, fit_quantiser
from ..codec.validation import Validation
from ..run_options import RunOptions
from ..stage import StageError
from ..training_loop import Budget, train

PREFIX = "model."  # of weights in the state of a stage


def continuous(options: RunOptions) -> None:
    """Phase 1 into ``codec-continuous/``."""
    model = _model(options)
    if options.start:
        load_weights(model.mimi, options.start)
        model.take_codebooks()
    task = ContinuousTask(model, *_data(options), validation=_validation(options))
    rate = options.settings.learning_rate
    train("codec-continuous", task, *_budget(options, "codec-continuous", 60.0, rate))


def codebooks(options: RunOptions) -> None:
    """k-means into ``codec-codebooks/``, or the codebooks that the weights came with.

    Raises:
        StageError: the latter, and they came with none.
    """
    model = _model(options)
    _load(model, options.work / "codec-continuous" / "state.safetensors")
    if options.settings.kmeans_batches:
        task = ContinuousTask(model, *_data(options))
        torch.manual_seed(options.seed)
        fit_quantiser(model, task, options.settings.kmeans_batches)
    elif not options.start:
        raise StageError("kmeans_batches 0 keeps the codebooks of --start; there is no --start")
    out = options.work / "codec-codebooks"
    out.mkdir(exist_ok=True)
    save_file(
        {PREFIX + name: value.cpu().contiguous() for name, value in model.state_dict().items()},
        out / "weights.safetensors",
    )


def quantised(options: RunOptions) -> None:
    """Phase 2 into ``codec-quantised/``."""
    model = _model(options)
    _load(model, options.work / "codec-codebooks" / "weights.safetensors")
    task = QuantisedTask(model, *_data(options), validation=_validation(options))
    rate = options.settings.learning_rate / 2
    train("codec-quantised", task, *_budget(options, "codec-quantised", 16.0, rate))


def encoder(options: RunOptions) -> None:
    """Phase 3 into ``codec-encoder/``; for settings that ask for it."""
    model = _model(options)
    _load(model, options.work / "codec-quantised" / "state.safetensors")
    task = EncoderTask(model, *_data(options), validation=_validation(options))
    rate = options.settings.learning_rate
    train("codec-encoder", task, *_budget(options, "codec-encoder", 60.0, rate))


def checkpoint(options: RunOptions) -> None:
    """The checkpoint folder into ``checkpoint/``."""
    model = LearningCodec(options.settings)
    last = "codec-encoder" if options.settings.noise_phase else "codec-quantised"
    _load(model, options.work / last / "state.safetensors")
    write_checkpoint(model.shipped(), model.config, options.work / "checkpoint")


def _model(options: RunOptions) -> LearningCodec:
    torch.manual_seed(options.seed)
    # moshi would hand functions to torch.compile on a GPU: minutes, for layers this small.
    moshi.utils.compile._compile_disabled = True
    return LearningCodec(options.settings).to(options.device)


def _load(model: LearningCodec, path: Path) -> None:
    stored = load_file(path)
    model.load_state_dict(
        {k.removeprefix(PREFIX): v for k, v in stored.items() if k.startswith(PREFIX)}
    )


def _data(options: RunOptions) -> tuple:
    return options.work / "corpus", options.settings, options.seed, options.workers


def _validation(options: RunOptions) -> Validation | None:
    return Validation(options.work / "corpus") if options.validate_every else None


def _budget(
    options: RunOptions, name: str, default: float, learning_rate: float
) -> tuple[Path, Budget]:
    minutes = options.minutes.get(name, default)
    budget = Budget(minutes, learning_rate, options.validate_every, options.seed)
    return options.work / name, budget
