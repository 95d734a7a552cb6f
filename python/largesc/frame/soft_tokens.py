# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Likelihoods of tokens, from those of the bits of a packet that may not be believed."""

import numpy as np
from numpy.typing import NDArray

from .tokens import CARDINALITY, NUM_CODEBOOKS

TOKEN_BITS = 11
SoftBits = NDArray[np.float32]  # [NUM_CODEBOOKS, TOKEN_BITS], ln P(1)/P(0); 0: nothing is known

# Fitted to damaged packets of 7 and 13 bytes (docs/soft-packets.md): the token as it was
# decided is right with probability 1 / (1 + exp(DOUBT - least |ratio| of its bits)).
DOUBT, MOST = 1.4, 6.0
SCALE = 0.4  # of the ratios, for what it is if it is not right
APART = 1.0  # logarithm; bits of one path that do not flip together
SAME = 1e-3  # relative difference of ratios that come from one path

BITS = (np.arange(CARDINALITY)[:, None] >> np.arange(TOKEN_BITS)[::-1] & 1).astype(np.int8)


def no_soft_bits() -> SoftBits:
    """Nothing is known of any token."""
    return np.zeros((NUM_CODEBOOKS, TOKEN_BITS), dtype=np.float32)


def token_likelihoods(ratios: NDArray[np.float32]) -> NDArray[np.float32]:
    """Natural logarithm of the probability of each token, all being as likely before.

    The decoder's ratios (maximum over paths) are not those of independent bits. Where the best path
    and another one differ in several bits, these have the same ratio, and flip together; and a
    token of which no path is near is right as a whole. So the token as decided has the probability
    that such tokens were found to have, and the others share the rest: by groups of bits with the
    same ratio, of which each flips as one.

    Args:
        ratios: float32 ``[11]``, ln P(1)/P(0) of its bits, the most significant first. All 0:
            nothing is known.

    Returns:
        float32 ``[2048]``.
    """
    if not ratios.any():
        return np.full(CARDINALITY, -np.log(CARDINALITY), dtype=np.float32)
    decided = ratios > 0
    others = _by_groups(decided != BITS, np.abs(ratios.astype(np.float64)))
    token = int(decided @ (1 << np.arange(TOKEN_BITS)[::-1]))
    others[token] = -np.inf
    others -= np.logaddexp.reduce(others)
    ahead = min(float(np.abs(ratios).min()), MOST) - DOUBT
    result = others - np.logaddexp(0.0, ahead)
    result[token] = -np.logaddexp(0.0, -ahead)
    return result.astype(np.float32)


def _by_groups(flipped: NDArray[np.bool_], sizes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logarithms, up to a constant, by which bits are flipped in each token, bool ``[2048, 11]``.

    Args:
        flipped: against what was decided.
        sizes: of the ratios, float64 ``[11]``.
    """
    order = np.argsort(sizes)
    steps = np.diff(sizes[order]) > SAME * np.maximum(1.0, sizes[order][1:])
    result = np.zeros(len(flipped))
    for group in np.split(order, np.flatnonzero(steps) + 1):
        share = flipped[:, group].mean(axis=1)
        against = SCALE * sizes[group].mean()
        stays, flips = -np.logaddexp(0.0, -against), -np.logaddexp(0.0, against)
        result += np.select([share == 0.0, share == 1.0], [stays, flips], flips - APART)
    return result
