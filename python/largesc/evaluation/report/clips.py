# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings of runs as a page holds them: sound and spectrogram inside it."""

import base64
from dataclasses import dataclass

import soundfile

from .run_folder import Clip, ReportError
from .spectrogram import loudness, spectrogram_png
from .summary import Summary

FILES_PER_SUBSET = 1  # a page with every recording of a large run would be too large to open


@dataclass(frozen=True)
class Sound:
    """A recording with its picture, as data URIs."""

    audio: str
    picture: str
    seconds: float


def sounds_of(summary: Summary) -> dict[tuple[str, str, str], Sound]:
    """Recordings by subset, system and loss; the original's system and loss are empty.

    Raises:
        ReportError: a recording is missing or damaged.
    """
    clips = [clip for run in summary.runs for clip in run.clips]
    files: dict[str, list[str]] = {}
    for clip in clips:
        names = files.setdefault(clip.subset, [])
        if clip.file not in names:
            names.append(clip.file)
    taken = {name for names in files.values() for name in names[:FILES_PER_SUBSET]}
    loudest: dict[str, float] = {}
    sounds: dict[tuple[str, str, str], Sound] = {}
    for clip in clips:
        if clip.file in taken:
            key = (clip.subset, clip.system, clip.loss)
            sounds.setdefault(key, _sound(clip, loudest))
    return sounds


def heard_files(summary: Summary) -> dict[str, str]:
    """Which file is played, by subset."""
    return {
        clip.subset: clip.file
        for run in reversed(summary.runs)
        for clip in reversed(run.clips)
        if not clip.system
    }


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
