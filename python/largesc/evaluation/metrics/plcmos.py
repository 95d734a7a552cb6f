# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""PLCMOS: what listeners would say of concealed losses, estimated without the original."""

import numpy as np

from ...corpus.utterance import Utterance
from .interface import Signal, Value
from .libraries import library, library_file, library_version, model_hash
from .signals import METRIC_RATE, at_metric_rate, check_signals

SHORTEST = METRIC_RATE // 10  # samples; the network's pooling needs about seven frames of 16 ms
RATERS = 15  # as the library


class Plcmos:
    """PLCMOS v2 (Diener et al. 2023, arXiv:2305.15127), 1..5, on one thread.

    The network rates as a given listener would; the library draws 15 listeners anew for every
    file, and the mean moves by about 0.01. Here the 15 are the same for all files.

    Attributes:
        name: ``plcmos``.
        version: of library, model and listeners.
        columns: the mean opinion score.

    Raises:
        MetricUnavailable: speechmos or its model is missing.
    """

    name = "plcmos"
    columns: tuple[str, ...] = ("plcmos",)

    def __init__(self) -> None:
        runtime = library("onnxruntime")
        model = library_file("speechmos", "plcmos_models/plcmos_v2.onnx")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        # The library's constructor makes a session on all cores; only its spectrum is used.
        kind = library("speechmos.plcmos").PLCMOS
        self._features = kind.__new__(kind).stft_transform
        self._network = runtime.InferenceSession(
            str(model), options, providers=["CPUExecutionProvider"]
        )
        listeners = np.random.default_rng(0).standard_normal((RATERS, 64))
        self._raters = listeners.astype(np.float32)
        self.version = ", ".join(
            [
                library_version("speechmos"),
                library_version("onnxruntime"),
                f"plcmos_v2 {model_hash(model)}",
                f"{RATERS} fixed raters",
            ]
        )

    def score(
        self, utterance: Utterance, received: Signal, without_loss: Signal
    ) -> dict[str, Value]:
        """Score of one utterance; nothing if it is shorter than 0.1 s.

        Raises:
            ValueError: a signal is not as long as the utterance, or not finite.
        """
        check_signals(utterance, received, without_loss)
        samples = at_metric_rate(received)
        if len(samples) < SHORTEST:
            return {}
        spectrum = self._features(samples.astype(np.float64)).astype(np.float32)[None, None]
        scores = [self._rate(spectrum, rater) for rater in self._raters]
        return {"plcmos": float(np.mean(scores))}

    def _rate(self, spectrum: Signal, rater: Signal) -> float:
        inputs = {"degraded_audio": spectrum, "rater_embed": rater[None]}
        return float(self._network.run(None, inputs)[0].item())
