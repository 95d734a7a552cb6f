# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plain rule: what a frame's tokens are worth by level and spectral flux alone."""

import numpy as np

from ..frame.speech_facts import SpeechFacts
from .cost_source import COUNTS, Costs

# Over active speech of training readers, in dB x frames: a row for neighbours received, one for
# neighbours lost, by the number of tokens (chain mini-2, recovery interpolate, 1302 frames;
# docs/controller.md).
MEAN_COSTS: Costs = np.array(
    [
        [3.935, 2.350, 1.212, 0.665, 0.361, 0.228, 0.119, 0.044, 0.0],
        [10.380, 3.210, 1.596, 0.809, 0.424, 0.254, 0.121, 0.026, 0.0],
    ],
    dtype=np.float32,
)
# Least squares on the same frames, of 1, the level in dBFS and the flux in dB, for 0..7 tokens.
FACTORS = np.array(
    [
        [
            [2.662, 3.880, 2.029, 1.122, 0.616, 0.421, 0.198, 0.063],
            [10.948, 6.166, 3.111, 1.767, 0.945, 0.658, 0.338, 0.148],
        ],
        [
            [-0.0046, 0.0450, 0.0253, 0.0147, 0.0084, 0.0061, 0.0027, 0.0008],
            [0.0246, 0.0737, 0.0389, 0.0247, 0.0136, 0.0098, 0.0047, 0.0027],
        ],
        [
            [0.2433, 0.0358, 0.0296, 0.0207, 0.0134, 0.0080, 0.0050, 0.0027],
            [0.0790, -0.0413, -0.0121, -0.0063, -0.0025, -0.0083, -0.0087, -0.0047],
        ],
    ]
)


class PlainRule:
    """A CostSource that needs no network and looks at no latent.

    Attributes:
        mean_costs: see CostSource.
    """

    mean_costs = MEAN_COSTS

    def reset(self) -> None:
        """Nothing is kept from frame to frame."""

    def costs(self, facts: SpeechFacts) -> Costs:
        """See CostSource; the mean over speech where level or flux is not known (not finite)."""
        given = np.array([1.0, facts.level, facts.flux])
        if not np.isfinite(given).all():
            return MEAN_COSTS
        told = np.zeros(MEAN_COSTS.shape, dtype=np.float32)
        told[:, : COUNTS - 1] = np.maximum(np.tensordot(given, FACTORS, 1), 0.0)
        return np.minimum.accumulate(told, axis=1)
