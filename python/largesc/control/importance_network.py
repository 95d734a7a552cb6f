# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a frame's tokens are worth, told from its latent by a small network, in plain NumPy."""

import re
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from ..frame.speech_facts import SpeechFacts
from .cost_source import COUNTS, NEIGHBOURS, Costs

CONTROLLER_FILE = "controller.safetensors"  # in the folder of a checkpoint
FORMAT = "1"
SHAPE = len(NEIGHBOURS), COUNTS
TOLD = len(NEIGHBOURS) * (COUNTS - 1)  # costs below 8 tokens; those of 8 are 0
FACTS = 3  # numbers given beside the latent
LEAST_MOVED = 1e-3


class ControllerError(ValueError):
    """A checkpoint's controller cannot be used; the message says why, in a line."""


class NetworkWeights(NamedTuple):
    """float32 each; D is the latent's dimension, G = D + 3, H the width of the hidden layer.

    Attributes:
        given_mean, given_scale: ``[G]``; what :func:`given_of` tells is shifted and multiplied.
        hidden_weight ``[H, G]``, hidden_bias ``[H]``: before the rectifier.
        output_weight ``[16, H]``, output_bias ``[16]``: to costs of 0..7 tokens, neighbours
            received, then of the same, neighbours lost.
        rule_weight: ``[16, 2]``, beside the hidden layer, of level and flux as they are.
        mean_costs: ``[2, 9]`` over active speech.
    """

    given_mean: NDArray[np.float32]
    given_scale: NDArray[np.float32]
    hidden_weight: NDArray[np.float32]
    hidden_bias: NDArray[np.float32]
    output_weight: NDArray[np.float32]
    output_bias: NDArray[np.float32]
    rule_weight: NDArray[np.float32]
    mean_costs: NDArray[np.float32]


class ImportanceNetwork:
    """A CostSource that knows the codec's latent beside level and flux.

    Its costs are expectations: of all frames that look like this one to the sender, how much their
    log-mel distance rises on average. The hidden layer tells what a plain rule of level and flux
    leaves open. Where the latent is not known, or has another dimension, it tells the mean of all
    frames.

    Args:
        weights: see there.
        codec: fingerprint of the codec that it learned from, four hexadecimal digits.

    Attributes:
        codec: see Args.
        mean_costs: float32 ``[2, 9]``, of active speech on average.
    """

    def __init__(self, weights: NetworkWeights, codec: str = "0000"):
        self._weights, self.codec = weights, codec
        self._dimension = len(weights.given_mean) - FACTS
        self.mean_costs: Costs = weights.mean_costs
        self.reset()

    def reset(self) -> None:
        """Back to the state before the first frame, which counts as no change."""
        self._before: NDArray[np.float32] | None = None

    def costs(self, facts: SpeechFacts) -> Costs:
        """See CostSource."""
        latent = facts.latent
        known = latent is not None and latent.shape == (self._dimension,)
        if latent is None or not known or not _all_finite(facts.level, facts.flux, latent):
            self._before = None
            return self.mean_costs
        before = latent if self._before is None else self._before
        self._before = np.array(latent, dtype=np.float32)
        level, flux = np.array([facts.level]), np.array([facts.flux])
        return told_costs(self._weights, given_of(latent[None], before[None], level, flux))[0]

    @staticmethod
    def load(folder: Path, fingerprint: str = "") -> "ImportanceNetwork | None":
        """The network of a checkpoint; None if it has none.

        Args:
            folder: of the checkpoint.
            fingerprint: of the codec whose latents it will be given, four hexadecimal digits;
                empty: the caller looks at :attr:`codec`.

        Raises:
            ControllerError: the file is damaged, of another format, or of another codec.
        """
        path = folder / CONTROLLER_FILE
        if not path.is_file():
            return None
        try:
            with safe_open(path, framework="numpy") as file:
                said = file.metadata() or {}
                arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        except (OSError, SafetensorError) as error:
            raise ControllerError(f"{path} is damaged: {' '.join(str(error).split())}") from error
        if said.get("format") != FORMAT:
            raise ControllerError(
                f"{path} has format {said.get('format')!r}, this version reads {FORMAT!r}"
            )
        codec = said.get("codec", "")
        if not re.fullmatch("[0-9a-f]{4}", codec):
            raise ControllerError(f"{path} names no codec that it belongs to, but {codec!r}")
        if fingerprint not in ("", codec):
            raise ControllerError(
                f"{path} belongs to codec {codec!r}, the checkpoint's is "
                f"{fingerprint!r}: train it anew or remove it"
            )
        return ImportanceNetwork(_checked(path, arrays), codec)


def given_of(
    latent: NDArray[np.float32],
    before: NDArray[np.float32],
    level: NDArray[np.float64],
    flux: NDArray[np.float64],
) -> NDArray[np.float32]:
    """What a network is given of N frames, float32 ``[N, D + 3]``: the latent, the logarithm of how
    far it has moved since the frame before, level and flux.

    Args:
        latent, before: ``[N, D]``, of the frames and of those before them.
        level, flux: ``[N]``, as SpeechFacts has them.
    """
    moved = np.log(np.sqrt(np.mean(np.square(latent - before), axis=1)) + LEAST_MOVED)
    facts = np.stack([moved, level, flux], axis=1)
    return np.concatenate([latent, facts], axis=1).astype(np.float32)


def told_costs(weights: NetworkWeights, given: NDArray[np.float32]) -> Costs:
    """Costs float32 ``[N, 2, 9]`` of what is given, ``[N, D + 3]``."""
    scaled = (given - weights.given_mean) * weights.given_scale
    hidden = np.maximum(scaled @ weights.hidden_weight.T + weights.hidden_bias, 0.0)
    told = hidden @ weights.output_weight.T + weights.output_bias
    told += given[:, -2:] @ weights.rule_weight.T
    return never_rising(told.reshape(len(given), len(NEIGHBOURS), COUNTS - 1))


def never_rising(told: NDArray[Any]) -> Costs:
    """Costs float32 ``[N, 2, 9]`` of those told for 0..7 tokens ``[N, 2, 8]``.

    8 tokens cost 0. More tokens never do harm: the receiver could leave them out.
    """
    whole = np.concatenate([told, np.zeros((*told.shape[:2], 1))], axis=2)
    lowest = np.minimum.accumulate(np.maximum(whole, 0.0), axis=2)
    return lowest.astype(np.float32)


def _all_finite(level: float, flux: float, latent: NDArray[np.float32]) -> bool:
    return bool(np.isfinite(level) and np.isfinite(flux) and np.isfinite(latent).all())


def _checked(path: Path, arrays: dict[str, NDArray[np.float32]]) -> NetworkWeights:
    try:
        weights = NetworkWeights(**arrays)
        hidden, given = weights.hidden_weight.shape
    except (TypeError, ValueError) as error:
        raise ControllerError(f"{path} does not hold the arrays of a controller") from error
    layers = (given,), (given,), (hidden, given), (hidden,), (TOLD, hidden), (TOLD,)
    shapes = (*layers, (TOLD, 2), SHAPE)
    for name, array, shape in zip(NetworkWeights._fields, weights, shapes, strict=True):
        if array.shape != shape or array.dtype != np.float32:
            raise ControllerError(
                f"{path}: {name} must be float32 {list(shape)}, "
                f"not {array.dtype} {list(array.shape)}"
            )
        if not np.isfinite(array).all():
            raise ControllerError(f"{path}: {name} is not finite")
    return weights
