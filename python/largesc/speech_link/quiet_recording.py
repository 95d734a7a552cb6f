# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings as a sender codes them: freed of noise as a whole, so that nothing gets later."""

import numpy as np
from numpy.typing import NDArray

from ..audio.noise_suppressor import with_less_noise
from .settings import SenderSettings


def quiet_recording(
    pcm: NDArray[np.float32], settings: SenderSettings
) -> tuple[NDArray[np.float32], SenderSettings]:
    """The recording to code, and settings by which no noise is taken off it again.

    Args:
        pcm: float32 ``[samples]`` at 24 kHz, full scale 1.0, finite.
        settings: of the sender, which may ask for noise suppression.

    Raises:
        NoiseSuppressionUnavailable: they do, and RNNoise is not here.
    """
    if not settings.suppress_noise:
        return pcm, settings
    return with_less_noise(pcm), settings.changed(suppress_noise=False)
