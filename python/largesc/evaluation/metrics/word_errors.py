# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Word errors: how much of a sentence a recogniser still understands."""

from ...corpus.utterance import Utterance
from .interface import Signal, Value
from .item_accuracy import is_sequence
from .libraries import library, library_version
from .recogniser import Recogniser, shared_recogniser
from .signals import check_signals


class WordErrors:
    """Word errors of English sentences with a text, recogniser against text.

    Both are normalised as in Whisper's paper (spelling, numbers, contractions), then aligned with
    the fewest errors (Levenshtein 1966). The word error rate is (substitutions + insertions +
    deletions) / words, summed over utterances; it can exceed 1.

    Attributes:
        name: ``wer``.
        version: of recogniser, normaliser and alignment.
        columns: counts, and the normalised transcript.

    Raises:
        MetricUnavailable: a library or the recogniser's model is missing.
    """

    name = "wer"
    columns: tuple[str, ...] = ("words", "substitutions", "insertions", "deletions", "transcript")

    def __init__(self, recogniser: Recogniser | None = None) -> None:
        self._normalise = library("whisper_normalizer.english").EnglishTextNormalizer()
        self._align = library("jiwer").process_words
        self._recogniser = recogniser or shared_recogniser()
        self.version = ", ".join(
            [
                self._recogniser.version,
                library_version("whisper-normalizer"),
                library_version("jiwer"),
            ]
        )

    def score(
        self, utterance: Utterance, received: Signal, without_loss: Signal
    ) -> dict[str, Value]:
        """Counts of one utterance; nothing for other languages, without text, for sequences.

        Raises:
            ValueError: a signal is not as long as the utterance, or not finite.
        """
        check_signals(utterance, received, without_loss)
        if utterance.language != "en" or is_sequence(utterance):
            return {}
        if not self._words(utterance.text):
            return {}
        return self.errors(utterance.text, self._recogniser.transcribe(received))

    def errors(self, text: str, transcript: str) -> dict[str, Value]:
        """Counts for a text of at least one word and what was heard of it."""
        said, heard = self._words(text), self._words(transcript)
        aligned = self._align(" ".join(said), " ".join(heard))
        return {
            "words": len(said),
            "substitutions": aligned.substitutions,
            "insertions": aligned.insertions,
            "deletions": aligned.deletions,
            "transcript": " ".join(heard),
        }

    def _words(self, text: str) -> list[str]:
        # The normaliser leaves a full stop behind a space alone: no word.
        return [word for word in self._normalise(text).split() if any(map(str.isalnum, word))]
