# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Resemblyzer's weights, read from its file without running anything that is in it."""

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .interface import MetricUnavailable

SHA256 = "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e"

# The file is torch's format from before 1.6: pickles that may run code, then raw little-endian
# float32 storages. Offsets and shapes hold for the file with the hash above and no other.
HIDDEN = 256
GATES = 4 * HIDDEN
BANDS = 40
LSTM_AT = 269_883  # bytes; matrices of all layers, then biases of all layers
LINEAR_WEIGHT_AT = 7_731
LINEAR_BIAS_AT = 6_699

Weights = dict[str, NDArray[np.float32]]


def read_speaker_weights(path: Path) -> Weights:
    """Tensors by the names that torch's LSTM and Linear give them.

    Raises:
        MetricUnavailable: the file cannot be read, or is not the one that is known.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise MetricUnavailable(f"{path} cannot be read: {error.strerror}") from error
    digest = hashlib.sha256(content).hexdigest()
    if digest != SHA256:
        raise MetricUnavailable(
            f"{path} is not the pretrained.pt of Resemblyzer 0.1.4: SHA-256 {digest}"
        )
    weights: Weights = {}
    at = LSTM_AT
    for kind in ("weight", "bias"):
        for layer in range(3):
            for gate_input, columns in (("ih", HIDDEN if layer else BANDS), ("hh", HIDDEN)):
                shape = (GATES, columns) if kind == "weight" else (GATES,)
                tensor = _tensor(content, at, shape)
                weights[f"lstm.{kind}_{gate_input}_l{layer}"] = tensor
                at += tensor.nbytes
    weights["linear.weight"] = _tensor(content, LINEAR_WEIGHT_AT, (HIDDEN, HIDDEN))
    weights["linear.bias"] = _tensor(content, LINEAR_BIAS_AT, (HIDDEN,))
    return weights


def _tensor(content: bytes, at: int, shape: tuple[int, ...]) -> NDArray[np.float32]:
    values = np.frombuffer(content, "<f4", int(np.prod(shape)), at)
    return values.astype(np.float32).reshape(shape)
