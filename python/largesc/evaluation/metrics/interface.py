# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a metric must do to be in a table."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ...corpus.utterance import Utterance

Value = float | int | str
Signal = NDArray[np.float32]


class MetricUnavailable(RuntimeError):
    """A metric cannot run here; the message says what is missing and how to get it."""


class Metric(Protocol):
    """Scores received speech.

    Attributes:
        name: as experiments call it.
        version: of the method: library, model, settings that matter.
        columns: that :meth:`score` may fill, in order.
    """

    name: str
    version: str
    columns: tuple[str, ...]

    def score(
        self, utterance: Utterance, received: Signal, without_loss: Signal
    ) -> dict[str, Value]:
        """Values by column; those that make no sense for the utterance are left out.

        Args:
            utterance: what was said; its pcm is the reference.
            received: float32 ``[samples]`` at 24 kHz, as long as and aligned with the
                reference, finite.
            without_loss: the same system's output of the same utterance when nothing is lost.
        """
        ...
