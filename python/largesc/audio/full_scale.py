# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bringing samples to full scale 1.0: what is no number, and units of other programs."""

import numpy as np
from numpy.typing import NDArray

from .sound import Undecodable

# Beyond this no peak of a recording with full scale 1.0 is, however hot; samples that are whole
# numbers of 16 bit reach it at -66 dB.
FAR_ABOVE = 16.0
FEW = 1e-3  # of all samples: that many may be damage, more are the file's unit
BITS = (16, 24, 32)


def in_full_scale(samples: NDArray[np.float32]) -> tuple[NDArray[np.float32], list[str]]:
    """Samples that are finite, with full scale 1.0, and what was done to them.

    Float files may hold anything. Not a number, infinite, or a few samples far above full scale
    are damage and become zero; many far above full scale are in units of 16, 24 or 32 bit, the
    smallest that holds them, and are scaled.

    Args:
        samples: of any shape.

    Raises:
        Undecodable: many samples are larger than 32 bit.
    """
    if max(samples.max(initial=0.0), -samples.min(initial=0.0)) <= FAR_ABOVE:  # not so for NaN
        return samples, []
    notices = []
    finite = np.isfinite(samples)
    if not finite.all():
        samples = np.where(finite, samples, np.float32(0.0))
        notices.append(f"{np.count_nonzero(~finite)} samples that are not finite set to zero")
    far = np.abs(samples) > FAR_ABOVE
    count = np.count_nonzero(far)
    if not count:  # all that was not finite is zero now
        return samples, notices
    if count <= FEW * samples.size:
        samples = np.where(far, np.float32(0.0), samples)
        notices.append(f"{count} samples far above full scale, as if damaged, set to zero")
        return samples, notices
    bits = _unit(float(np.abs(samples).max()))
    notices.append(f"samples in units of {bits} bit scaled to full scale 1.0")
    return samples / np.float32(2.0 ** (bits - 1)), notices


def _unit(peak: float) -> int:
    for bits in BITS:
        if peak <= 2.0 ** (bits - 1):
            return bits
    raise Undecodable(f"samples as large as {peak:.0e}, far above any full scale")
