# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speaker similarity: whether the voice is still the speaker's."""

from pathlib import Path

from ...corpus.utterance import Utterance
from .interface import Signal, Value
from .libraries import library_file, library_version
from .signals import at_metric_rate, check_signals, is_silent
from .speaker_encoder import SpeakerEncoder
from .speaker_weights import SHA256

HOW_TO_GET_THEM = "pip install --no-deps Resemblyzer==0.1.4"
SHORTEST = 0.4  # s; a quarter of what the encoder takes at once


class SpeakerSimilarity:
    """Cosine of the angle between the voices of the original and of what was received.

    Attributes:
        name: ``speaker_similarity``.
        version: of torch, weights and method.
        columns: the cosine, 0..1.

    Args:
        weights: Resemblyzer's ``pretrained.pt``; None for the one of the installed package.

    Raises:
        MetricUnavailable: the weights are missing, or not those that are known.
    """

    name = "speaker_similarity"
    columns: tuple[str, ...] = ("speaker_similarity",)

    def __init__(self, weights: Path | None = None) -> None:
        if weights is None:
            weights = library_file("resemblyzer", "pretrained.pt", HOW_TO_GET_THEM)
        self._encoder = SpeakerEncoder(weights)
        self.version = ", ".join(
            [
                f"Resemblyzer 0.1.4 weights sha256 {SHA256[:12]}",
                library_version("torch"),
                "pauses kept",
            ]
        )

    def score(
        self, utterance: Utterance, received: Signal, without_loss: Signal
    ) -> dict[str, Value]:
        """Similarity of one utterance; nothing below 0.4 s, 0 for silence (no voice at all).

        Raises:
            ValueError: a signal is not as long as the utterance, or not finite.
        """
        check_signals(utterance, received, without_loss)
        if utterance.seconds < SHORTEST or is_silent(utterance.pcm):
            return {}
        if is_silent(received):
            return {"speaker_similarity": 0.0}
        said = self._encoder.embed(at_metric_rate(utterance.pcm))
        heard = self._encoder.embed(at_metric_rate(received))
        return {"speaker_similarity": min(1.0, float(said @ heard))}
