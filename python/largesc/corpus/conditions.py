# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What places and microphones do to speech: each a suffix of a subset, as ``readers-noise``.

A file in a condition is made when it is loaded and is always the same: what is drawn by chance
comes from the file's name. It is what the microphone gave, so what every system hears and what
metrics compare with; words are counted against the text.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .chance import chance_of
from .noise import with_noise, with_voices
from .room import in_room
from .ssb import through_ssb

QUIET = 10.0 ** (-20.0 / 20.0)
OVERDRIVE = 10.0 ** (6.0 / 20.0)  # peak before it is cut off, in full scales

Voices = Callable[[], Sequence[NDArray[np.float32]]]


@dataclass(frozen=True)
class Condition:
    """A condition.

    Attributes:
        suffix: of a subset's name.
        title: in words.
        make: speech in the condition, of speech, chance and the voices of others.
    """

    suffix: str
    title: str
    make: Callable[
        [NDArray[np.float32], np.random.Generator, Voices],
        NDArray[np.float32],
    ]

    def apply(self, pcm: NDArray[np.float32], name: str, voices: Voices) -> NDArray[np.float32]:
        """Speech in the condition, as long as it was.

        Args:
            pcm: float32 ``[samples]`` at 24 kHz, prepared.
            name: of the file, with the suffix on its subset: what is drawn depends on it alone.
            voices: gives speech of others, prepared; is asked only if it is needed.

        Raises:
            ValueError: others are needed and there are none.
        """
        return self.make(pcm, chance_of(name), voices)


CONDITIONS: tuple[Condition, ...] = (
    Condition(
        "-noise",
        "steady noise of the speech's own spectrum, 10 dB below it",
        lambda pcm, chance, _: with_noise(pcm, chance),
    ),
    Condition(
        "-voices",
        "other readers talking at once, together 10 dB below",
        lambda pcm, chance, voices: with_voices(pcm, voices(), chance),
    ),
    Condition(
        "-room",
        "a room with 0.5 s of reverberation, 3 dB below the direct sound",
        lambda pcm, chance, _: in_room(pcm, chance),
    ),
    Condition(
        "-ssb",
        "300 to 2700 Hz with noise in the band, 20 dB below the speech",
        lambda pcm, chance, _: through_ssb(pcm, chance),
    ),
    Condition("-quiet", "20 dB too quiet", lambda pcm, *_: (pcm * QUIET).astype(np.float32)),
    Condition(
        "-clipped",
        "driven 6 dB over full scale and cut off there",
        lambda pcm, *_: clipped(pcm),
    ),
)


def clipped(pcm: NDArray[np.float32]) -> NDArray[np.float32]:
    """Speech so loud that its highest peak would be 6 dB over full scale, cut off there."""
    peak = max(float(np.abs(pcm).max(initial=0.0)), 1e-9)
    return np.clip(pcm * (OVERDRIVE / peak), -1.0, 1.0).astype(np.float32)


def split_condition(subset: str) -> tuple[str, Condition | None]:
    """Name of a subset without the suffix of a condition, and the condition."""
    for condition in CONDITIONS:
        if subset.endswith(condition.suffix):
            return subset.removesuffix(condition.suffix), condition
    return subset, None
