# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Noise under speech: the same for a file whoever asks."""

import hashlib

import numpy as np
from numpy.typing import NDArray

from .speech_level import active_speech_level

SIGNAL_TO_NOISE = 10.0  # dB, active speech level against the noise's mean power
SUFFIX = "-noise"


def with_noise(pcm: NDArray[np.float32], name: str) -> NDArray[np.float32]:
    """Speech with steady noise of its own long-term spectrum, 10 dB below it.

    The noise has the magnitudes of the speech's spectrum and phases drawn by chance: it hides
    every band alike, the hardest steady noise for a recogniser and for a codec at that level.

    Args:
        pcm: float32 ``[samples]``.
        name: of the file: seed of the phases.
    """
    digest = hashlib.sha256(name.encode()).digest()
    generator = np.random.default_rng(int.from_bytes(digest[:8], "little"))
    magnitude = np.abs(np.fft.rfft(pcm.astype(np.float64)))
    phases = generator.uniform(0.0, 2.0 * np.pi, len(magnitude))
    noise = np.fft.irfft(magnitude * np.exp(1j * phases), len(pcm))
    noise *= 10.0 ** ((active_speech_level(pcm) - SIGNAL_TO_NOISE) / 20.0) / np.sqrt(
        np.mean(noise**2)
    )
    noisy = pcm + noise
    return (noisy / max(1.0, float(np.abs(noisy).max()) / 0.99)).astype(np.float32)
