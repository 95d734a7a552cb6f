# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""One file of a corpus, with what is known about it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 24000  # Hz, of everything in a corpus


@dataclass(frozen=True)
class Utterance:
    """Speech with its text.

    Attributes:
        name: unique in the corpus, as ``sentences/vm-review``.
        subset: ``sentences``, ``digits``, ``phonetic``, ``spanish``, ``sentences-noise``...
        reader: who speaks, as the corpus calls them.
        language: ISO 639-1.
        text: what is said; empty if nobody wrote it down.
        pcm: float32 ``[samples]`` at 24 kHz, full scale 1.0, finite.
    """

    name: str
    subset: str
    reader: str
    language: str
    text: str
    pcm: NDArray[np.float32]

    @property
    def seconds(self) -> float:
        """Duration."""
        return len(self.pcm) / SAMPLE_RATE
