# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""How good a code of so many bits can be."""

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm

SLOT = 0.08  # seconds


def packet_error(bits: int, snr_db: float, bandwidth: float, seconds: float = SLOT) -> float:
    """Share of packets lost by the best code, in white Gaussian noise, with Gaussian symbols.

    Normal approximation with its logarithmic term: Y. Polyanskiy, H. V. Poor, S. Verdú, "Channel
    coding rate in the finite blocklength regime", IEEE Trans. Inf. Theory 56, 2010, eq. 223 and
    theorem 73:  Q((n C - k + log2(n) / 2) / sqrt(n V)), C = log2(1 + P) / 2,
    V = P (P + 2) / (2 (P + 1)^2) log2(e)^2.

    Args:
        bits: k, of a packet.
        snr_db: signal power by noise power in 3 kHz.
        bandwidth: Hz; the packet has n = 2 * bandwidth * seconds real dimensions.
        seconds: that the packet takes.
    """
    dimensions = 2.0 * bandwidth * seconds
    power = 10.0 ** (snr_db / 10.0) * 3000.0 / bandwidth
    capacity = 0.5 * np.log2(1.0 + power)
    dispersion = power * (power + 2.0) / (2.0 * (power + 1.0) ** 2) * np.log2(np.e) ** 2
    surplus = dimensions * capacity - bits + 0.5 * np.log2(dimensions)
    return float(norm.sf(surplus / np.sqrt(dimensions * dispersion)))


def least_snr(bits: int, loss: float, bandwidth: float, seconds: float = SLOT) -> float:
    """dB in 3 kHz at which the best code loses this share of packets; see packet_error()."""

    def excess(snr_db: float) -> float:
        return packet_error(bits, snr_db, bandwidth, seconds) - loss

    return float(brentq(excess, -20.0, 20.0))
