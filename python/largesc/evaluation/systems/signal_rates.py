# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech between the 24 kHz of corpora and the rate of a codec, cut into whole packets."""

import numpy as np
import soxr
from numpy.typing import NDArray

from ...corpus.utterance import SAMPLE_RATE

FULL_SCALE = 32767.0


def resampled(pcm: NDArray[np.float32], source: int, target: int) -> NDArray[np.float32]:
    """Float32 ``[samples * target / source]``; soxr, high quality, linear phase without delay."""
    if source == target:
        return pcm
    return np.asarray(soxr.resample(pcm, source, target), dtype=np.float32)


def packets_of(
    pcm: NDArray[np.float32], rate: int, samples: int, delay: int = 0
) -> NDArray[np.int16]:
    """Speech as 16-bit samples at a codec's rate.

    Args:
        pcm: float32 ``[n]`` at 24 kHz.
        rate: of the codec, Hz.
        samples: in a packet.
        delay: of the codec, samples at its rate: so many more are sent that the end comes out.

    Returns:
        int16 ``[packets, samples]``, filled up with zeros.
    """
    at_rate = np.clip(resampled(pcm, SAMPLE_RATE, rate), -1.0, 1.0)
    padded = np.pad(at_rate, (0, delay + -(len(at_rate) + delay) % samples))
    return np.round(padded * FULL_SCALE).astype(np.int16).reshape(-1, samples)


def speech_of(
    decoded: NDArray[np.int16], rate: int, delay: int, samples: int
) -> NDArray[np.float32]:
    """What a decoder gave, as long as and aligned with what was sent.

    Args:
        decoded: int16 ``[n]`` at the codec's rate.
        rate: of the codec, Hz.
        delay: of encoder and decoder together, samples at the codec's rate.
        samples: of the speech at 24 kHz.
    """
    pcm = resampled(decoded[delay:].astype(np.float32) / FULL_SCALE, rate, SAMPLE_RATE)
    return np.pad(pcm, (0, max(0, samples - len(pcm))))[:samples]
