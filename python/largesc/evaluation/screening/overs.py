# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings of a reader joined to one over: a controller needs seconds to know its channel."""

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import soundfile

from ...corpus.opened_corpus import open_corpus
from ...corpus.utterance import SAMPLE_RATE, Utterance

SUBSET = "overs"


def write_overs(corpus: str, subset: str, longest: float, folder: Path) -> None:
    """Writes a listed folder: an over of each reader, his recordings one behind the other.

    Args:
        corpus: folder; empty for the evaluation corpus.
        subset: of it.
        longest: s, of an over.
        folder: to write into; what is there is written anew.

    Raises:
        ValueError: the corpus has no such subset.
        OSError: something cannot be written.
    """
    opened = open_corpus(corpus, [subset])
    readers: dict[str, list[Utterance]] = defaultdict(list)
    for entry in opened.entries:
        spoken = sum(one.seconds for one in readers[entry.reader])
        if entry.subset == subset and entry.text and spoken + entry.seconds <= longest:
            readers[entry.reader].append(opened.load(entry.name))
    lines = [("path", "text", "reader", "language")]
    folder.mkdir(parents=True, exist_ok=True)
    for reader, recordings in readers.items():
        if recordings:
            path = folder / f"{reader}.flac"
            soundfile.write(path, np.concatenate([one.pcm for one in recordings]), SAMPLE_RATE)
            text = " ".join(one.text for one in recordings)
            lines.append((path.name, text, reader, recordings[0].language))
    if len(lines) == 1:
        raise ValueError(f"the corpus has no texts in a subset {subset!r}")
    with (folder / f"{SUBSET}.tsv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter="\t").writerows(lines)
