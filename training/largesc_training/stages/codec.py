# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stages from a prepared corpus to a checkpoint."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

import moshi.utils.compile
import numpy as np
import torch
from largesc.codec.tensor_file import save_tensors
from largesc.evaluation.metrics.interface import MetricUnavailable
from safetensors.torch import load_file

from ..codec.device_corpus import DeviceCorpus
from ..codec.excerpts import Excerpts
from ..codec.export import write_checkpoint
from ..codec.learning_codec import LearningCodec
from ..codec.linear_start import begin_linear
from ..codec.phases import CodecTask, ContinuousTask, JointTask, fit_quantiser
from ..codec.phone_recogniser import PhoneRecogniser
from ..codec.recogniser_task import RecogniserTask
from ..codec.settings import CodecSettings
from ..codec.starting_weights import StartingWeights, save_starting_weights
from ..codec.validation import Validation
from ..codec.word_validation import WordValidation
from ..run_options import RunOptions
from ..stage import StageError
from ..training_loop import Budget, TrainingFailed, held_then_falling, train
from ..training_state import STATE
from .budgets import CODEBOOKS, CONTINUOUS, JOINT, LINEAR, MINUTES, RECOGNISER

WEIGHTS = "weights.safetensors"  # of a stage: codec in 16 bits, the phone head beside it
BETAS = (0.8, 0.97)
RECOGNISER_BATCH, RECOGNISER_RATE = 16, 2e-3


def needs_codebooks(options: RunOptions) -> bool:
    """Whether codebooks are to be made: the weights bring none, or more time was asked for."""
    return bool(why_without_codebooks(options))


def why_without_codebooks(options: RunOptions) -> str:
    """Why a run begins without codebooks, in words; empty if it begins with some."""
    start, wanted = options.start, options.settings.bottleneck
    if start is None:
        return "no --start: the codec begins from nothing"
    if options.minutes.get(CONTINUOUS, 0.0) > 0:
        return f"--minutes {CONTINUOUS} was given"
    if begins_linear(options):
        return f"{start.name} has no linear path, the settings ask for one"
    given = _given(start)
    if given.books_dimension == wanted:
        return ""
    if given.bottleneck == wanted:
        return f"{start.name} has no codebooks"
    return (
        f"{start.name} has a latent of {given.bottleneck} numbers, the settings ask for {wanted} "
        f"(`bottleneck: {given.bottleneck}` would go on with its codebooks)"
    )


def recogniser(options: RunOptions) -> None:
    """A recogniser of phones that listens to the codec while it learns, into ``recogniser/``.

    Raises:
        StageError: it was given no time.
    """
    settings = options.settings.model_copy(update={"batch_size": RECOGNISER_BATCH})
    device, folder = torch.device(options.device), options.work / RECOGNISER
    budget = _budget(options, RECOGNISER, RECOGNISER_RATE)
    if not budget.minutes and not (folder / STATE).is_file():
        raise StageError(f"{RECOGNISER} needs time: one that never learnt hears nothing")
    with _fast(options):
        torch.manual_seed(options.seed)
        model = PhoneRecogniser().to(device)
        phones = _phones(options)
        corpus = DeviceCorpus(options.work / "corpus", settings, device, phones, told=True)
        validation = Validation(options.work / "corpus", settings, device, phones)
        task = RecogniserTask(model, Excerpts(corpus, settings), settings, validation)
        train(RECOGNISER, task, folder, budget)
    save_tensors(dict(model.state_dict()), folder / WEIGHTS)


def begins_linear(options: RunOptions) -> bool:
    """Whether a linear path is to be set: the settings ask for one, the weights have none."""
    wanted = options.settings.linear_path
    return wanted and (options.start is None or not _given(options.start).linear_path)


def linear(options: RunOptions) -> None:
    """The codec with a linear path, into ``codec-linear/``."""
    with _fast(options):
        model = _model(options, options.start)
        begin_linear(model, _excerpts(options), trained=options.start is not None)
    save_starting_weights(model, options.work / LINEAR / WEIGHTS)


def continuous(options: RunOptions) -> None:
    """The codec without codebooks, into ``codec-continuous/``; says why, and for how long."""
    minutes = options.minutes.get(CONTINUOUS, MINUTES[CONTINUOUS])
    print(
        f"{why_without_codebooks(options)}: {minutes:g} minutes without codebooks "
        f"(--minutes {CONTINUOUS}=...), then {CODEBOOKS}, then {JOINT}",
        flush=True,
    )
    start = options.work / LINEAR / WEIGHTS if begins_linear(options) else options.start
    _train(options, CONTINUOUS, ContinuousTask, start, options.settings.learning_rate)


def codebooks(options: RunOptions) -> None:
    """Codebooks by k-means, into ``codec-codebooks/``."""
    with _fast(options):
        model = _model(options, options.work / CONTINUOUS / WEIGHTS)
        torch.manual_seed(options.seed)
        fit_quantiser(model, _excerpts(options), options.settings)
    save_starting_weights(model, options.work / CODEBOOKS / WEIGHTS)


def joint(options: RunOptions) -> None:
    """Encoder, codebooks and decoder together, into ``codec-joint/``.

    Raises:
        StageError: there are no codebooks to begin with.
    """
    start = options.start
    if start is not None and not needs_codebooks(options):
        print(f"begins with the codebooks of {start.name}", flush=True)
    if needs_codebooks(options):
        start = options.work / CODEBOOKS / WEIGHTS
        if not start.is_file():
            raise StageError(f"{JOINT} begins with codebooks: run {CODEBOOKS}, or give --start")
    _train(options, JOINT, JointTask, start, options.settings.joint_rate)


def checkpoint(options: RunOptions) -> None:
    """The checkpoint folder, into ``checkpoint/``."""
    model = _model(options, options.work / JOINT / WEIGHTS)
    write_checkpoint(model.shipped(), model.config, options.work / "checkpoint")


def _train(
    options: RunOptions, name: str, phase: type[CodecTask], start: Path | None, rate: float
) -> None:
    settings = options.settings
    budget = replace(
        _budget(options, name, rate),
        schedule=held_then_falling,
        betas=BETAS,
        average=settings.average,
    )
    folder = options.work / name
    with _fast(options):
        model = _model(options, None if (folder / STATE).is_file() else start)
        around = _validation(options), _recogniser(options)
        task = phase(model, _excerpts(options), settings, *around)
        try:
            train(name, task, folder, budget)
        except (KeyboardInterrupt, TrainingFailed):
            _save_weights(folder, settings)
            raise
    _save_weights(folder, settings)


def _save_weights(folder: Path, settings: CodecSettings) -> None:
    """Of a stage that is through, stopped or broken off: half the size of its state, to use or to
    bring elsewhere."""
    if (folder / STATE).is_file():
        codec = LearningCodec(settings)
        StartingWeights(folder / STATE).put_into(codec, 1)
        save_starting_weights(codec, folder / WEIGHTS)


def _budget(options: RunOptions, name: str, rate: float) -> Budget:
    return Budget(
        options.minutes.get(name, MINUTES[name]),
        rate,
        options.validate_every,
        options.seed,
        steps=options.steps.get(name),
        captured=True,
    )


def _model(options: RunOptions, start: Path | None) -> LearningCodec:
    settings = options.settings
    torch.manual_seed(options.seed)
    model = LearningCodec(settings)
    if start:
        StartingWeights(start).put_into(model, settings.batch_size * settings.frames)
    return model.to(options.device)


def _excerpts(options: RunOptions) -> Excerpts:
    device = torch.device(options.device)
    corpus = DeviceCorpus(options.work / "corpus", options.settings, device, _phones(options))
    known = float((corpus.phones > 0).float().mean())
    print(f"{corpus.hours:.2f} h to train on; phones known in {100 * known:.0f} %", flush=True)
    return Excerpts(corpus, options.settings)


def _validation(options: RunOptions) -> Validation | None:
    if not options.validate_every:
        return None
    corpus, device = options.work / "corpus", torch.device(options.device)
    words = None
    if options.words:
        try:
            words = WordValidation(corpus, options.settings.lookahead_samples, device)
        except MetricUnavailable as error:
            print(f"validation without words: {error}", flush=True)
    return Validation(corpus, options.settings, device, _phones(options), words)


def _recogniser(options: RunOptions) -> PhoneRecogniser | None:
    if not options.settings.weights.need_recogniser:
        return None
    model = PhoneRecogniser()
    model.load_state_dict(load_file(options.work / RECOGNISER / WEIGHTS))
    return model.to(options.device).fixed()


def _phones(options: RunOptions) -> Path | None:
    path = options.work / "phones" / "phones.npy"
    return path if options.settings.weights.phone and path.is_file() else None


class _Given(NamedTuple):
    """What weights to begin with are like; the weights themselves are not kept."""

    bottleneck: int
    books_dimension: int
    linear_path: bool


@cache
def _given(start: Path) -> _Given:
    weights = StartingWeights(start)
    return _Given(weights.bottleneck, weights.books_dimension, weights.has_linear_path)


@contextmanager
def _fast(options: RunOptions) -> Iterator[None]:
    """What makes steps fast and must not outlast them."""
    # moshi would hand functions to torch.compile on a GPU: minutes, for layers this small.
    moshi.utils.compile._compile_disabled = True
    if options.device.startswith("cuda"):
        torch.backends.cuda.matmul.allow_tf32 = True
        torch.backends.cudnn.allow_tf32 = True
        torch.backends.cudnn.benchmark = True
    # Decaying moments and filters end in denormals, which a CPU computes a hundred times slower.
    np.finfo(np.float32), np.finfo(np.float64)  # NumPy asks once what they are
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)
