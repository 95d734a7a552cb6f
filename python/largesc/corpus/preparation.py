# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speech of a file as evaluation takes it: trimmed, at one level; or why it cannot be used."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..audio.speech_file import AudioFileError, read_speech
from .speech_level import ALL_INACTIVE, active_speech_level, at_level
from .utterance import SAMPLE_RATE

LEVEL = -26.0  # dBov, the nominal level of ITU-T P.830 and of codec tests since
MARGIN = SAMPLE_RATE // 10  # samples of pause kept at each end
PAUSE = 0.01  # of the peak; below is pause at the ends (-40 dB)
SHORTEST = 0.4  # s
LOWEST_RATE = 16000  # Hz; what has less band is no reference for a codec of 24 kHz
SILENT = 10.0 ** (-60.0 / 20.0)
FULL = 0.9999
CLIPPED_RUN = 4  # samples at full scale one after the other: a peak that was cut off
CLIPPED_RUNS = 3  # that many of them are heard


class UnusableSpeech(ValueError):
    """A file cannot be used; the message says why."""


class TinySpeech(UnusableSpeech):
    """A file is too short; who chooses files by their length expects that."""


def prepared_speech(path: Path) -> NDArray[np.float32]:
    """Float32 ``[samples]`` at 24 kHz, 100 ms of pause at each end, active level -26 dBov.

    Raises:
        UnusableSpeech: broken, cut short, silent, tiny, clipped, or of a low rate.
    """
    try:
        file = read_speech(path)
    except AudioFileError as error:
        raise UnusableSpeech(str(error).removeprefix(f"{path}: ")) from error
    if file.rate < LOWEST_RATE:
        raise UnusableSpeech(f"rate of {file.rate} Hz: at least {LOWEST_RATE} Hz are needed")
    if any("cut short" in notice or "not finite" in notice for notice in file.notices):
        raise UnusableSpeech("; ".join(file.notices))
    return prepared(file.pcm)


def prepared(pcm: NDArray[np.float32]) -> NDArray[np.float32]:
    """As :func:`prepared_speech`, of samples."""
    if is_clipped(pcm):
        raise UnusableSpeech("clipped: peaks are cut off at full scale")
    if np.abs(pcm).max(initial=0.0) < SILENT:
        raise UnusableSpeech("silent: nothing above -60 dBFS")
    pcm = trimmed(pcm)
    if len(pcm) < SHORTEST * SAMPLE_RATE:
        raise TinySpeech(f"tiny: {len(pcm) / SAMPLE_RATE:.2f} s, at least {SHORTEST} s needed")
    if active_speech_level(pcm) == ALL_INACTIVE:
        raise UnusableSpeech("silent: no active speech (ITU-T P.56)")
    return at_level(pcm, LEVEL)


def trimmed(pcm: NDArray[np.float32]) -> NDArray[np.float32]:
    """Without what is more than 100 ms before or after anything above -40 dB of the peak."""
    loud = np.flatnonzero(np.abs(pcm) > PAUSE * np.abs(pcm).max(initial=0.0))
    if not len(loud):
        return pcm[:0]
    return pcm[max(0, loud[0] - MARGIN) : loud[-1] + MARGIN]


def is_clipped(pcm: NDArray[np.float32]) -> bool:
    """Whether peaks are cut off at full scale, several times."""
    full = np.concatenate([[0], (np.abs(pcm) >= FULL).astype(np.int8), [0]])
    steps = np.diff(full)
    runs = np.flatnonzero(steps == -1) - np.flatnonzero(steps == 1)
    return bool(np.count_nonzero(runs >= CLIPPED_RUN) >= CLIPPED_RUNS)
