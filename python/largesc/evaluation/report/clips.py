# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings of runs as a page holds them: sound and spectrogram inside it."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

import soundfile

from .reader_sets import outstanding, ranked_readers, reader_sets
from .run_folder import Clip, ReportError
from .spectrogram import loudness, spectrogram_png
from .summary import Summary


@dataclass(frozen=True)
class Sound:
    """A recording with its picture, as data URIs."""

    audio: str
    picture: str
    seconds: float


@dataclass(frozen=True)
class ChosenFile:
    """A file that a page plays: one with every recording of a large run would be too large to open.

    Attributes:
        subset: of the corpus.
        file: that is played; empty where a run kept no sound.
        reader: whose figures stand beside it; empty: those of the whole subset.
        words: about the reader.
    """

    subset: str
    file: str
    reader: str = ""
    words: str = ""


def chosen_files(summary: Summary) -> list[ChosenFile]:
    """The first file of every subset; of many readers, one of the worst, the middle and the best.

    Under other conditions than those of the recording, the middle reader is heard.
    """
    sets = {subset: one for one in reader_sets(summary) for subset in one.subsets}
    files = _files_by_subset(summary)
    chosen = []
    for subset in summary.subsets:
        of_readers: list[ChosenFile] = []
        if subset in sets:
            of_readers = _of_readers(
                summary, sets[subset].subsets[0], subset, files.get(subset, {})
            )
        chosen += of_readers or [ChosenFile(subset, next(iter(files.get(subset, {})), ""))]
    return chosen


def sounds_of(summary: Summary, chosen: Sequence[ChosenFile]) -> dict[tuple[str, ...], Sound]:
    """Recordings by subset, file, system and loss; the original's system and loss are empty.

    Raises:
        ReportError: a recording is missing or damaged.
    """
    taken = {(one.subset, one.file) for one in chosen}
    loudest: dict[str, float] = {}
    sounds: dict[tuple[str, ...], Sound] = {}
    for clip in (clip for run in summary.runs for clip in run.clips):
        if (clip.subset, clip.file) in taken:
            key = (clip.subset, clip.file, clip.system, clip.loss)
            if key not in sounds:
                sounds[key] = _sound(clip, loudest)
    return sounds


def _files_by_subset(summary: Summary) -> dict[str, dict[str, str]]:
    """Files that have sound, with their readers, by subset."""
    rows = summary.results.drop_duplicates("file")
    readers = dict(zip(rows["file"], rows["reader"], strict=True))
    files: dict[str, dict[str, str]] = {}
    for clip in (clip for run in summary.runs for clip in run.clips):
        files.setdefault(clip.subset, {})[clip.file] = readers.get(clip.file, "")
    return files


def _of_readers(
    summary: Summary, ranked_by: str, subset: str, files: dict[str, str]
) -> list[ChosenFile]:
    """Files of outstanding readers among those that can be heard."""
    first = {reader: file for file, reader in reversed(files.items()) if reader}
    ranked = ranked_readers(summary, ranked_by, summary.losses_of(ranked_by)[0])
    places = outstanding([reader for reader in ranked if reader in first])
    if subset != ranked_by:
        places = {r: place for r, place in places.items() if place == "middle"}
    return [
        ChosenFile(subset, first[reader], reader, f"{place} reader {reader}")
        for reader, place in places.items()
    ]


def data_uri(kind: str, content: bytes) -> str:
    """``data:KIND;base64,...``."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _sound(clip: Clip, loudest: dict[str, float]) -> Sound:
    try:
        pcm, rate = soundfile.read(clip.path, dtype="float32")
        content = clip.path.read_bytes()
    except (OSError, soundfile.LibsndfileError) as error:
        raise ReportError(f"{clip.path} cannot be read: {error}") from error
    # The original comes first in the index, and all its copies are drawn on its scale.
    top = loudest.setdefault(clip.file, loudness(pcm, rate))
    picture = data_uri("image/png", spectrogram_png(pcm, rate, top))
    return Sound(data_uri("audio/flac", content), picture, len(pcm) / rate)
