# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech in a room, picked up at a distance."""

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve

from .speech_level import active_speech_level, at_level
from .utterance import SAMPLE_RATE

REVERBERATION = 0.5  # s until the sound has fallen by 60 dB: a living room
DIRECT = 3.0  # dB that the direct sound is above all reflections: about a metre away
FIRST = 0.003  # s until the first reflection: a metre of detour


def room_response(chance: np.random.Generator) -> NDArray[np.float64]:
    """A room's impulse response, direct sound first: reflections as noise that decays evenly.

    (Polack's model; Habets 2007, Single- and Multi-Microphone Speech Dereverberation, 2.2.)

    Args:
        chance: for the reflections.

    Returns:
        ``[samples]`` at 24 kHz.
    """
    time = np.arange(round(REVERBERATION * SAMPLE_RATE)) / SAMPLE_RATE
    response = chance.standard_normal(len(time)) * 10.0 ** (-3.0 * time / REVERBERATION)
    response[time < FIRST] = 0.0
    response *= 10.0 ** (-DIRECT / 20.0) / np.sqrt(np.sum(response**2))
    response[0] = 1.0
    return response


def in_room(pcm: NDArray[np.float32], chance: np.random.Generator) -> NDArray[np.float32]:
    """Speech as a microphone in a room hears it, at its own level and in time with it.

    Args:
        pcm: float32 ``[samples]`` at 24 kHz.
        chance: for the room.
    """
    heard = fftconvolve(pcm.astype(np.float64), room_response(chance))[: len(pcm)]
    return at_level(heard.astype(np.float32), active_speech_level(pcm))
