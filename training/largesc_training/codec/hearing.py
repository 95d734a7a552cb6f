# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where in a spectrum differences cost words: weights of bands, and of what is loud in them.

A plain mean of log spectra asks for noise floors and for what lies above 8 kHz as loudly as for
formants, and tokens are spent on them.
"""

import numpy as np
import torch

# Centres (Hz) of third-octave bands and their importance for average speech: ANSI S3.5-1997,
# table 3.
CENTRES = (
    160.0, 200.0, 250.0, 315.0, 400.0, 500.0, 630.0, 800.0, 1000.0,
    1250.0, 1600.0, 2000.0, 2500.0, 3150.0, 4000.0, 5000.0, 6300.0, 8000.0,
)  # fmt: skip
IMPORTANCE = (
    0.0083, 0.0095, 0.0150, 0.0289, 0.0440, 0.0578, 0.0653, 0.0711, 0.0818,
    0.0844, 0.0882, 0.0898, 0.0868, 0.0844, 0.0771, 0.0527, 0.0364, 0.0185,
)  # fmt: skip
BEYOND = 0.004  # below the lowest and above the highest
LEAST = 0.25  # share of the weight that all bands have alike: speech is to sound natural, too
QUIET = 0.2  # weight of what lies far below the loudest of its band
# Of that level, in nepers (1 is 8.7 dB): full weight down to 10 dB below it, least from 40 dB on.
FULL, LEAST_LEVEL = 1.15, 4.6
LOWEST = 40.0  # Hz, for a band without a bin of its own


def band_weights(bank: torch.Tensor, sample_rate: int) -> torch.Tensor:
    """Weight of each band of a mel filter bank ``[bands, bins]``, mean 1, ``[bands, 1]``."""
    bins = bank.numpy()
    hertz = np.arange(bins.shape[1]) * sample_rate / (2 * (bins.shape[1] - 1))
    centres = np.maximum((bins * hertz).sum(1) / bins.sum(1).clip(1e-9), LOWEST)
    between = np.sqrt(centres[1:] * centres[:-1])
    edges = np.concatenate([[centres[0] / 2], between, [centres[-1] * 1.05]])
    density = np.interp(np.log(centres), np.log(CENTRES), IMPORTANCE, left=BEYOND, right=BEYOND)
    weights = density * np.log2(edges[1:] / edges[:-1])
    weights = LEAST + (1.0 - LEAST) * weights / weights.mean()
    return torch.from_numpy(weights / weights.mean()).float()[:, None]


def audible(logarithms: torch.Tensor) -> torch.Tensor:
    """Weight of every place of log spectra ``[B, bands, T]``, by the loudest of its band."""
    below = logarithms.amax(dim=2, keepdim=True) - logarithms
    share = (LEAST_LEVEL - below) / (LEAST_LEVEL - FULL)
    return QUIET + (1.0 - QUIET) * share.clamp(0.0, 1.0)
