# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A reader's sentences one behind the other, and the words that are heard of them."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from gnuradio.largesc.corpus.opened_corpus import Corpus
from gnuradio.largesc.corpus.utterance import Utterance
from gnuradio.largesc.evaluation.metrics.word_errors import WordErrors
from modem_figures.hf_channel import Samples

RATE = 24000
PAUSE = RATE // 4


class Reading(NamedTuple):
    """pcm: float32 ``[samples]`` at 24 kHz; sentences: each with its first sample."""

    number: int
    reader: str
    pcm: Samples
    sentences: list[tuple[Utterance, int]]


def readings(corpus: Corpus, first: int, readers: int, sentences: int) -> Iterator[Reading]:
    """Of so many readers, from one on, by their names."""
    names: dict[str, list[str]] = {}
    for entry in corpus.entries:
        names.setdefault(entry.reader, []).append(entry.name)
    for number, reader in enumerate(sorted(names)[first : first + readers], first):
        spoken = [corpus.load(name) for name in names[reader][:sentences]]
        parts, starts, at = [], [], PAUSE
        for one in spoken:
            starts.append(at)
            parts += [np.zeros(PAUSE, dtype=np.float32), one.pcm]
            at += len(one.pcm) + PAUSE
        pcm = np.concatenate([*parts, np.zeros(PAUSE, dtype=np.float32)])
        yield Reading(number, reader, pcm, list(zip(spoken, starts, strict=True)))


def word_errors(judge: WordErrors, reading: Reading, pcm: Samples) -> tuple[int, int]:
    """Words of a reading, and how many errors are heard."""
    words = wrong = 0
    for utterance, start in reading.sentences:
        heard = pcm[start - PAUSE // 2 : start + len(utterance.pcm) + PAUSE // 2]
        part = Utterance(utterance.name, "", "", "en", utterance.text, heard)
        found = judge.score(part, heard, heard)
        words += int(found["words"])
        wrong += sum(int(found[k]) for k in ("substitutions", "insertions", "deletions"))
    return words, wrong
