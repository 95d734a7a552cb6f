# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Phones of a recording whose English text is known, by forced alignment.

A phone is a byte: 0 unknown, 1 to 39 as :data:`PHONES`, 40 silence. Diphthongs and affricates are
written as their two halves: what the codec has to say changes within them.
"""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import soxr

from .prepared import F0_HOP, SAMPLE_RATE

UNKNOWN, SILENCE = 0, 40
# Of the CMU pronouncing dictionary, without stress.
PHONES = (
    *("AA", "AE", "AH", "AO", "AW", "AY", "B", "CH", "D", "DH", "EH", "ER", "EY", "F", "G", "HH"),
    *("IH", "IY", "JH", "K", "L", "M", "N", "NG", "OW", "OY", "P", "R", "S", "SH", "T", "TH"),
    *("UH", "UW", "V", "W", "Y", "Z", "ZH"),
)
NUMBERS = {name: number for number, name in enumerate(PHONES, start=1)}
HALVES = {
    "AW": ("AA", "UH"),
    "AY": ("AA", "IH"),
    "EY": ("EH", "IH"),
    "OW": ("AO", "UH"),
    "OY": ("AO", "IH"),
    "CH": ("T", "SH"),
    "JH": ("D", "ZH"),
}
QUIET = {"SIL", "+NSN+", "+SPN+"}
ALIGNER_RATE, ALIGNER_STEP = 16000, 240  # Hz; samples at 24 kHz (10 ms)


class Segment(NamedTuple):
    """A phone's name, first step of 10 ms and number of steps."""

    name: str
    first: int
    steps: int


def plain_words(text: str) -> list[str]:
    """A text's words as a pronouncing dictionary has them: lower case, a to z, apostrophe."""
    return re.sub("[^a-z' ]", " ", text.lower().replace("’", "'")).split()


def phones_of(segments: Iterable[Segment], steps: int) -> np.ndarray:
    """Phones uint8 ``[steps]``, one every 5 ms, of segments in steps of 10 ms."""
    phones = np.zeros(steps, np.uint8)
    twice = ALIGNER_STEP // F0_HOP
    for name, first, count in segments:
        name = re.sub(r"\d", "", name)
        start, stop = twice * first, min(steps, twice * (first + count))
        if name in QUIET:
            phones[start:stop] = SILENCE
        elif name in NUMBERS:
            halves = HALVES.get(name, (name,))
            middle = (start + stop + 1) // 2
            phones[start:middle] = NUMBERS[halves[0]]
            phones[middle:stop] = NUMBERS[halves[-1]]
    return phones


class Aligner:
    """pocketsphinx with its English model and dictionary.

    Raises:
        ImportError: pocketsphinx is not installed.
    """

    def __init__(self) -> None:
        from pocketsphinx import Decoder

        self._decoder = Decoder(lm=None, loglevel="FATAL")

    def unknown_words(self, words: list[str]) -> list[str]:
        """Those that the dictionary lacks."""
        return [word for word in words if self._decoder.lookup_word(word) is None]

    def segments(self, pcm: np.ndarray, words: list[str]) -> list[Segment]:
        """Phones of a recording, int16 ``[samples]`` at 24 kHz; none where the words do not fit.

        Args:
            pcm: the recording.
            words: what is said, all of them in the dictionary.
        """
        narrow = soxr.resample(pcm.astype(np.float32) / 32768.0, SAMPLE_RATE, ALIGNER_RATE)
        # The corpus is at -24 dBFS, a little low for the model.
        loud = (np.clip(1.5 * narrow, -1.0, 1.0) * 32767).astype(np.int16).tobytes()
        try:
            self._decoder.set_align_text(" ".join(words))
            self._decode(loud)
            self._decoder.set_alignment()  # the words are placed: now their phones
            self._decode(loud)
            found = self._decoder.get_alignment()
        except RuntimeError:  # too short for its words, or something else is said
            return []
        return [_segment(phone) for word in found or () for phone in word]

    def _decode(self, pcm: bytes) -> None:
        self._decoder.start_utt()
        self._decoder.process_raw(pcm, full_utt=True)
        self._decoder.end_utt()


def _segment(phone: Any) -> Segment:
    return Segment(phone.name, phone.start, phone.duration)
