# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""ViSQOL: similarity of spectrograms to the original, mapped to an opinion score."""

import math
from threading import Lock
from typing import Any

import numpy as np

from ...corpus.utterance import Utterance
from .interface import Signal, Value
from .libraries import library, library_file, library_version, model_hash
from .signals import METRIC_RATE, at_metric_rate, check_signals, is_silent

LATTICE = "lattice_tcditugenmeetpackhref_ls2_nl60_lr12_bs2048_learn.005_ep2400_train1_7_raw.tflite"
LOWEST = 1.0  # of the scale
SHORTEST = 1.0  # s; below, no patch of 20 frames may fit

# numba's simplest threading layer ends the process if two threads enter it at once.
_one_at_a_time = Lock()


class Visqol:
    """ViSQOL v3 (Chinen et al. 2020, arXiv:2004.09584) in speech mode with the lattice mapping.

    Scored against the original, and against the same system's output without loss: the second
    tells what the link did, where the first mostly tells what the codec is.

    Attributes:
        name: ``visqol``.
        version: of library, model and mode.
        columns: opinion scores 1..5 (identity gives about 4.5 to 4.7).

    Raises:
        MetricUnavailable: visqol-python, its model or the model's runtime is missing.
    """

    name = "visqol"
    columns: tuple[str, ...] = ("visqol", "visqol_to_lossless")

    def __init__(self) -> None:
        library("ai_edge_litert.interpreter")
        model = library_file("visqol", f"model/{LATTICE}")
        self._numba = library("numba")
        self._api: Any = library("visqol").VisqolApi()
        self._api.create(mode="speech", use_lattice_model=True, lattice_model_path=str(model))
        self.version = ", ".join(
            [
                library_version("visqol-python"),
                library_version("ai-edge-litert"),
                f"lattice {model_hash(model)}",
                "speech mode, 16 kHz",
            ]
        )

    def score(
        self, utterance: Utterance, received: Signal, without_loss: Signal
    ) -> dict[str, Value]:
        """Scores of one utterance.

        Silence scores 1, where the library has no number. What is shorter than a second, or has
        no active patch in what it is compared with, has no score.

        Raises:
            ValueError: a signal is not as long as the utterance, or not finite.
        """
        check_signals(utterance, received, without_loss)
        if utterance.seconds < SHORTEST:
            return {}
        scores = {
            "visqol": self._similarity(utterance.pcm, received),
            "visqol_to_lossless": self._similarity(without_loss, received),
        }
        return {column: score for column, score in scores.items() if score is not None}

    def _similarity(self, reference: Signal, received: Signal) -> float | None:
        if is_silent(reference):
            return None
        if is_silent(received):
            return LOWEST
        signals = [at_metric_rate(x).astype(np.float64) for x in (reference, received)]
        with _one_at_a_time:
            self._numba.set_num_threads(1)  # the limit belongs to the thread that sets it
            try:
                score = float(self._api.measure_from_arrays(*signals, METRIC_RATE).moslqo)
            except IndexError:  # how the library says that no patch of the reference is active
                return None
        return score if math.isfinite(score) else None
