# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading speech from any audio file as the codec takes it: 24 kHz, mono, finite."""

import io
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
import soxr
from numpy.typing import NDArray

from .audio_file_error import AudioFileError
from .channel_mix import mixed_down
from .file_decoder import decoded_file
from .full_scale import in_full_scale
from .input_file import open_input
from .sound import SAMPLE_RATE, Sound, Undecodable
from .speech_writer import write_speech, write_speech_pieces

__all__ = [
    "SAMPLE_RATE",
    "AudioFileError",
    "SpeechFile",
    "read_speech",
    "write_speech",
    "write_speech_pieces",
]


class SpeechFile(NamedTuple):
    """Speech, and how it came.

    Attributes:
        pcm: float32 ``[samples]`` at 24 kHz, full scale 1.0.
        notices: what was changed to get it.
        rate: of the file, Hz; the lowest, where it changes.
    """

    pcm: NDArray[np.float32]
    notices: list[str]
    rate: int


def read_speech(path: Path) -> SpeechFile:
    """Speech of an audio file (WAV, FLAC, Ogg, MP3, raw G.722 and what FFmpeg's library reads).

    ``-`` stands for standard input; pipes are read to their end. Raw G.722 is known by its suffix
    alone, so not from a pipe. Several streams behind one another are joined, and a stream may
    change its rate and channels. Other rates are resampled, channels mixed down, samples that are
    not finite silenced, other units than full scale 1.0 scaled; each is said in a notice.

    Raises:
        AudioFileError: missing, not to be read, no audio, damaged, or empty.
    """
    try:
        with open_input(path) as file:
            return _read(file, path)
    except MemoryError as error:
        raise AudioFileError(path, "too long for this machine's memory") from error


def _read(file: BinaryIO, path: Path) -> SpeechFile:
    try:
        if not file.seek(0, io.SEEK_END):
            raise AudioFileError(path, "the file is empty")
        sounds, notices = decoded_file(file, path)
        speech = _as_speech(sounds, notices)
    except OSError as error:
        raise AudioFileError(path, f"cannot be read ({error.strerror or error})") from error
    except Undecodable as error:
        raise AudioFileError(path, str(error)) from error
    if not len(speech.pcm):
        raise AudioFileError(path, f"too short: not one sample at {SAMPLE_RATE} Hz")
    return speech


def _as_speech(sounds: list[Sound], notices: list[str]) -> SpeechFile:
    """Every sound brought to full scale, mixed down and resampled by itself, then joined."""
    pieces, peak = [], 0.0
    for sound in sounds:
        samples, scaled = in_full_scale(sound.samples)
        pcm, mixed = mixed_down(samples)
        notices = notices + scaled + mixed
        peak = max(peak, float(np.abs(pcm).max(initial=0.0)))
        if sound.rate != SAMPLE_RATE:
            notices.append(f"resampled from {sound.rate} Hz to {SAMPLE_RATE} Hz")
            pcm = soxr.resample(pcm, sound.rate, SAMPLE_RATE)
        pieces.append(pcm.astype(np.float32))
    if peak > 1.0:
        notices.append(f"peaks of {peak:.2f} times full scale; what is above it will be clipped")
    rate = min(sound.rate for sound in sounds)
    return SpeechFile(np.concatenate(pieces), list(dict.fromkeys(notices)), rate)
