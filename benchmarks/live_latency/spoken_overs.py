# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is spoken: voiced onsets out of pauses, at irregular distances."""

from typing import NamedTuple

import numpy as np
import soundfile
import soxr
from gnuradio.largesc.codec.verification import RECORDING
from numpy.typing import NDArray

from .sound_card import RATE

# Vowels that begin out of silence or a stop's closure, in seconds of the verification recording.
VOWELS = ((0.195, 0.47), (0.975, 1.28), (2.66, 2.97), (3.985, 4.29))
LEAD_S = 0.9  # before the first onset: the listener joins meanwhile
SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 0.4, 0.75
FADE_S = 0.02


class Over(NamedTuple):
    """samples: float32 ``[samples]`` at 48 kHz. onsets: where vowels begin, in samples."""

    samples: NDArray[np.float32]
    onsets: list[int]


def spoken_over(onsets: int, seed: int) -> Over:
    """So many vowels with pauses between them, as drawn by the seed."""
    chance = np.random.default_rng(seed)
    parts, places, length = [silence(LEAD_S)], [], len(silence(LEAD_S))
    for vowel in (vowels()[n % len(VOWELS)] for n in range(seed, seed + onsets)):
        places.append(length)
        pause = silence(chance.uniform(SHORTEST_PAUSE_S, LONGEST_PAUSE_S))
        parts += [vowel, pause]
        length += len(vowel) + len(pause)
    return Over(np.concatenate(parts), places)


def vowels() -> list[NDArray[np.float32]]:
    """The vowels at 48 kHz, faded out."""
    pcm, rate = soundfile.read(RECORDING, dtype="float32")
    cuts = [soxr.resample(pcm[int(a * rate) : int(b * rate)], rate, RATE) for a, b in VOWELS]
    fade = np.linspace(1.0, 0.0, int(FADE_S * RATE), dtype=np.float32)
    for cut in cuts:
        cut[-len(fade) :] *= fade
    return cuts


def silence(seconds: float) -> NDArray[np.float32]:
    return np.zeros(round(seconds * RATE), dtype=np.float32)
