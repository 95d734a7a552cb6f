# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Systems, metrics and corpora of one process: built when first needed, then used again."""

import contextlib
import json
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np

from ...corpus.utterance import SAMPLE_RATE
from ..channels.lossless import LosslessChannel
from ..metrics.interface import Metric
from ..systems.interface import System
from ..systems.settings import SystemSettings
from .components import Corpus
from .matrix import Plan

# Units come system after system; a second one bridges the change from one to the next.
SYSTEMS_KEPT = 2

_systems: OrderedDict[str, System] = OrderedDict()
_metrics: dict[tuple[str, Any], Metric] = {}
_corpora: dict[tuple[str, ...], Corpus] = {}


def system_of(settings: SystemSettings) -> System:
    """The system with these settings, warmed up.

    Raises:
        SystemUnavailable: something it needs is not there.
    """
    key = f"{type(settings).__module__}.{type(settings).__qualname__} " + json.dumps(
        settings.model_dump(mode="json"), sort_keys=True
    )
    if key not in _systems:
        while len(_systems) >= SYSTEMS_KEPT:
            _systems.popitem(last=False)
        use_one_thread()
        system = settings.build()
        _warm_up(system)
        _systems[key] = system
    _systems.move_to_end(key)
    return _systems[key]


def metric_of(name: str, build: Callable[[], Metric]) -> Metric:
    """The metric of this name.

    Raises:
        MetricUnavailable: something it needs is not there.
    """
    if (name, build) not in _metrics:
        use_one_thread()
        _metrics[name, build] = build()
    return _metrics[name, build]


def corpus_of(plan: Plan) -> Corpus:
    """The corpus of the plan.

    Raises:
        ValueError: this machine has another corpus there.
    """
    key = (plan.folder, *plan.subsets, plan.corpus_fingerprint)
    if key not in _corpora:
        corpus = plan.open_corpus(plan.folder, plan.subsets)
        if corpus.fingerprint != plan.corpus_fingerprint:
            raise ValueError(
                f"the corpus {plan.folder or 'for evaluation'} of a worker has the fingerprint "
                f"{corpus.fingerprint[:12]}, not {plan.corpus_fingerprint[:12]}"
            )
        _corpora[key] = corpus
    return _corpora[key]


def use_one_thread() -> None:
    """Torch computes on one thread in this process: each core has a process of its own.

    OpenMP and BLAS take theirs from the environment that Dask gives to its processes.
    """
    # Dask imports what tasks name in another thread: only the statement waits for its end.
    import torch

    torch.set_num_threads(1)


def _warm_up(system: System) -> None:
    """Half a second of noise, so that the first file's times are not those of first calls."""
    noise = np.random.default_rng(0).normal(0, 0.01, SAMPLE_RATE // 2).astype(np.float32)
    # What fails here fails on speech as well, and is reported there.
    with contextlib.suppress(Exception):
        system.run(noise, LosslessChannel(), LosslessChannel())
