# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Noise under speech: steady, or other people who talk."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .speech_level import active_speech_level

SIGNAL_TO_NOISE = 10.0  # dB, active speech level against the noise's mean power


def with_noise(pcm: NDArray[np.float32], chance: np.random.Generator) -> NDArray[np.float32]:
    """Speech with steady noise of its own long-term spectrum, 10 dB below it.

    The noise has the magnitudes of the speech's spectrum and phases drawn by chance: it hides
    every band alike, the hardest steady noise for a recogniser and for a codec at that level.

    Args:
        pcm: float32 ``[samples]``.
        chance: for the phases.
    """
    magnitude = np.abs(np.fft.rfft(pcm.astype(np.float64)))
    phases = chance.uniform(0.0, 2.0 * np.pi, len(magnitude))
    return mixed(pcm, np.fft.irfft(magnitude * np.exp(1j * phases), len(pcm)), SIGNAL_TO_NOISE)


def with_voices(
    pcm: NDArray[np.float32], voices: Sequence[NDArray[np.float32]], chance: np.random.Generator
) -> NDArray[np.float32]:
    """Speech with others talking at once, together 10 dB below it.

    Args:
        pcm: float32 ``[samples]``.
        voices: as ``pcm``, of any length, at one level; each begins anywhere and is repeated.
        chance: where each begins.
    """
    babble = np.zeros(len(pcm))
    for voice in voices:
        babble += np.resize(np.roll(voice, -int(chance.integers(len(voice)))), len(pcm))
    return mixed(pcm, babble, SIGNAL_TO_NOISE)


def mixed(
    pcm: NDArray[np.float32], noise: NDArray[np.float64], ratio: float
) -> NDArray[np.float32]:
    """Speech and noise, so many dB below the active speech level, just below full scale.

    Args:
        pcm: float32 ``[samples]``.
        noise: of the same length, not silent.
        ratio: dB.
    """
    level = 10.0 ** ((active_speech_level(pcm) - ratio) / 20.0)
    noisy = pcm + noise * level / np.sqrt(np.mean(noise**2))
    return (noisy / max(1.0, float(np.abs(noisy).max()) / 0.99)).astype(np.float32)
