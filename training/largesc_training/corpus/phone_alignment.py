# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Phones of the prepared corpus: of every recording whose text is known."""

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rich.progress import track

from .phones import Aligner, Segment, phones_of, plain_words
from .prepared import F0_HOP, PreparedCorpus, Row

PHONES_FILE, PARTS = "phones.npy", "parts"
TOGETHER = 200  # recordings in a part: what a stop costs
SHOWN = 5  # words that the dictionary lacks


class Aligned(NamedTuple):
    """Phones uint8 ``[steps]`` of a recording, and words that kept it from being aligned."""

    phones: np.ndarray
    missing: list[str]


Job = tuple[np.ndarray, str]
_aligner: Aligner | None = None  # of a process: it takes a second to load


def align(job: Job) -> Aligned:
    """Phones of a recording, int16 ``[samples]``, and its text; unknown if there is none."""
    global _aligner
    pcm, text = job
    words, nothing = plain_words(text), np.zeros(len(pcm) // F0_HOP, np.uint8)
    if not words:
        return Aligned(nothing, [])
    _aligner = _aligner or Aligner()
    missing = _aligner.unknown_words(words)
    segments: list[Segment] = [] if missing else _aligner.segments(pcm, words)
    return Aligned(phones_of(segments, len(nothing)), missing)


def align_corpus(corpus: Path, out: Path, workers: int | None = None) -> None:
    """Writes ``phones.npy`` (uint8 every 5 ms, recordings end to end); goes on behind what an
    earlier call wrote, and says what could not be aligned.

    Args:
        corpus: prepared.
        out: folder, made if it is not there.
        workers: processes; None for as many as there are cores, 0 for this one.

    Raises:
        ImportError: pocketsphinx is not installed, and there are texts.
    """
    prepared = PreparedCorpus(corpus)
    parts = out / PARTS
    parts.mkdir(parents=True, exist_ok=True)
    firsts = range(0, len(prepared.rows), TOGETHER)
    missing: Counter[str] = Counter()
    with _mapping(workers) as mapped:
        for number, first in enumerate(track(firsts, description="phones")):
            path = parts / f"{number:05d}.npy"
            if path.is_file():
                continue
            rows = prepared.rows[first : first + TOGETHER]
            found = list(mapped([_job(prepared, row) for row in rows]))
            missing.update(word for one in found for word in one.missing)
            np.save(parts / "new.npy", np.concatenate([one.phones for one in found]))
            os.replace(parts / "new.npy", path)
    _join(parts, out, len(firsts))
    _report(prepared, np.load(out / PHONES_FILE, mmap_mode="r"), missing)


@contextmanager
def _mapping(workers: int | None) -> Iterator[Callable[[list[Job]], Iterable[Aligned]]]:
    if workers == 0:
        yield lambda jobs: map(align, jobs)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield lambda jobs: pool.map(align, jobs, chunksize=10)


def _job(prepared: PreparedCorpus, row: Row) -> Job:
    return np.array(prepared.audio[row.first : row.first + row.samples]), row.text


def _join(parts: Path, out: Path, count: int) -> None:
    whole = np.concatenate([np.load(parts / f"{number:05d}.npy") for number in range(count)])
    np.save(out / f"new-{PHONES_FILE}", whole)
    os.replace(out / f"new-{PHONES_FILE}", out / PHONES_FILE)
    shutil.rmtree(parts)


def _report(prepared: PreparedCorpus, phones: np.ndarray, missing: Counter[str]) -> None:
    texts = [row for row in prepared.rows if row.text]
    aligned = sum(
        bool(phones[row.first // F0_HOP : (row.first + row.samples) // F0_HOP].any())
        for row in texts
    )
    known = 100.0 * float((phones > 0).mean())
    print(
        f"phones of {aligned} of {len(texts)} recordings with a text (of {len(prepared.rows)}), "
        f"known in {known:.0f} % of the time",
        flush=True,
    )
    if missing:
        words = ", ".join(word for word, _ in missing.most_common(SHOWN))
        print(f"{len(missing)} words are in no dictionary: {words} ...", flush=True)
