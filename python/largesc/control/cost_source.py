# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Interface of what tells how much is lost with a frame's tokens."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..frame.speech_facts import SpeechFacts
from ..frame.tokens import NUM_CODEBOOKS

NEIGHBOURS = ("received", "lost")  # rows of costs
COUNTS = NUM_CODEBOOKS + 1  # columns: a frame arrives with 0 to 8 tokens

Costs = NDArray[np.float32]  # [2, 9]


class CostSource(Protocol):
    """Tells D(n, m), the cost of frame n arriving with its first m tokens."""

    @property
    def mean_costs(self) -> Costs:
        """float32 ``[2, 9]``: costs over active speech on average."""
        ...

    def reset(self) -> None:
        """Back to the state before the first frame of an over."""
        ...

    def costs(self, facts: SpeechFacts) -> Costs:
        """Costs of the next frame; each frame is asked for once, in order, silent ones too.

        Returns:
            float32 ``[2, 9]``: neighbours received or lost, by the number of tokens that are known
            when it is due. In dB x frames, how much the log-mel distance of the speech, summed up
            over frames, grows against the frame arriving whole: 0 or more, finite, never rising
            with the number of tokens.
        """
        ...
