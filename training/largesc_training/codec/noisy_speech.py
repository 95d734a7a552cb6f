# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech of development readers in noise: always the same, so that figures can be compared."""

from zlib import crc32

import numpy as np

from ..corpus.prepared import SAMPLE_RATE

NOISE = 10.0  # dB
CONDITIONS = ("clean", "noise")


def as_heard(pcm: np.ndarray, name: str, condition: str) -> np.ndarray:
    """A recording in a condition, float32 ``[samples]``.

    Noise falls by 3 dB per octave and is 10 dB below the speech; it is the same for the same name.
    """
    if condition == "clean":
        return pcm
    rng = np.random.default_rng(crc32(name.encode()))
    spectrum = np.fft.rfft(rng.standard_normal(len(pcm)))
    hertz = np.fft.rfftfreq(len(pcm), 1.0 / SAMPLE_RATE)
    noise = np.fft.irfft(spectrum / np.sqrt(np.maximum(hertz, 60.0)), len(pcm))
    level = np.sqrt(np.mean(pcm**2) / np.mean(noise**2)) * 10.0 ** (-NOISE / 20.0)
    return np.clip(pcm + noise * level, -1.0, 1.0).astype(np.float32)
