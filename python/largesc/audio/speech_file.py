# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading speech from any audio file as the codec takes it: 24 kHz, mono, finite."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

SAMPLE_RATE = 24000  # Hz, Mimi's
RAW_G722 = ".g722"  # Asterisk's prompts: 16 kHz G.722 without a header


class AudioFileError(ValueError):
    """A file cannot be used as speech; the message says why."""


class SpeechFile(NamedTuple):
    """Speech, and how it came.

    Attributes:
        pcm: float32 ``[samples]`` at 24 kHz, full scale 1.0.
        notices: what was changed to get it.
        rate: of the file, Hz.
    """

    pcm: NDArray[np.float32]
    notices: list[str]
    rate: int


def read_speech(path: Path) -> SpeechFile:
    """Speech of an audio file (WAV, FLAC, Ogg, MP3, raw G.722 and what FFmpeg's library reads).

    Other rates are resampled, channels mixed down, samples that are not finite silenced; each
    is said in a notice.

    Raises:
        AudioFileError: missing, no audio, damaged, or empty.
    """
    if not path.is_file():
        raise AudioFileError(f"{path}: no such file")
    if path.stat().st_size == 0:
        raise AudioFileError(f"{path}: the file is empty")
    samples, rate = _decode(path)
    if not len(samples):
        raise AudioFileError(f"{path}: the file has no samples")
    notices = []
    if _is_cut_short(path):
        notices.append("the file is cut short; what is there is used")
    if samples.shape[1] > 1:
        notices.append(f"{samples.shape[1]} channels mixed down to one")
    finite = np.isfinite(samples)
    if not finite.all():
        samples = np.where(finite, samples, 0.0)
        notices.append(f"{np.count_nonzero(~finite)} samples that are not finite set to zero")
    pcm = samples.mean(axis=1, dtype=np.float32)
    if rate != SAMPLE_RATE:
        notices.append(f"resampled from {rate} Hz to {SAMPLE_RATE} Hz")
        pcm = soxr.resample(pcm, rate, SAMPLE_RATE)
    return SpeechFile(pcm.astype(np.float32), notices, rate)


def _is_cut_short(path: Path) -> bool:
    """Whether a WAV file's header promises more bytes than the file has."""
    with path.open("rb") as file:
        header = file.read(12)
    if header[:4] != b"RIFF" or header[8:12] != b"WAVE":
        return False
    promised = int.from_bytes(header[4:8], "little") + 8
    streamed = promised >= 0xFFFFFFFF  # writers that could not seek back leave the maximum
    return path.stat().st_size < promised and not streamed


def _decode(path: Path) -> tuple[NDArray[np.float32], int]:
    """Samples ``[samples, channels]`` and rate."""
    if path.suffix.lower() != RAW_G722:
        try:
            samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
            return samples, rate
        except soundfile.LibsndfileError:
            pass  # libsndfile does not know the format; FFmpeg's library may
    return _decode_with_ffmpeg(path)


def _decode_with_ffmpeg(path: Path) -> tuple[NDArray[np.float32], int]:
    raw = "g722" if path.suffix.lower() == RAW_G722 else None
    parts = []
    try:
        with av.open(str(path), format=raw) as container:
            if not container.streams.audio:
                raise AudioFileError(f"{path}: no audio in this file")
            rate = container.streams.audio[0].rate
            to_float = av.AudioResampler(format="fltp")
            for frame in container.decode(audio=0):
                parts += [converted.to_ndarray() for converted in to_float.resample(frame)]
    except av.FFmpegError as error:
        raise AudioFileError(f"{path}: not audio, or damaged ({error.strerror})") from error
    if not parts:
        raise AudioFileError(f"{path}: not audio, or cut off before the first sample")
    return np.concatenate(parts, axis=1).T, rate


def write_speech(path: Path, pcm: NDArray[np.float32]) -> None:
    """Writes 24 kHz mono, 16 bit; the suffix chooses the format.

    Raises:
        AudioFileError: an unknown suffix, or the file cannot be written.
    """
    write_speech_pieces(path, [pcm])


def write_speech_pieces(path: Path, pieces: Iterable[NDArray[np.float32]]) -> int:
    """As :func:`write_speech`, piece by piece; returns how many samples there were.

    Raises:
        AudioFileError: an unknown suffix, or the file cannot be written.
    """
    samples = 0
    with _open_to_write(path) as file:
        for pcm in pieces:
            try:
                file.write(np.clip(pcm, -1.0, 1.0))
            except soundfile.LibsndfileError as error:
                raise AudioFileError(f"{path}: cannot be written ({error})") from error
            samples += len(pcm)
    return samples


def _open_to_write(path: Path) -> soundfile.SoundFile:
    try:
        return soundfile.SoundFile(path, "w", SAMPLE_RATE, channels=1, subtype="PCM_16")
    except (soundfile.LibsndfileError, TypeError, ValueError) as error:
        raise AudioFileError(f"{path}: cannot be written ({error})") from error
