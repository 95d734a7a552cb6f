# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writing speech as the codec gives it: 24 kHz, mono, 16 bit."""

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from .audio_file_error import AudioFileError
from .output_file import check_output
from .sound import SAMPLE_RATE


def write_speech(path: Path, pcm: NDArray[np.float32]) -> None:
    """Writes 24 kHz mono, 16 bit; the suffix chooses the format.

    Raises:
        AudioFileError: an unknown suffix, or the file cannot be written.
    """
    write_speech_pieces(path, [pcm])


def write_speech_pieces(path: Path, pieces: Iterable[NDArray[np.float32]]) -> int:
    """As :func:`write_speech`, piece by piece; returns how many samples there were.

    Raises:
        AudioFileError: an unknown suffix, or the file cannot be written; said before the first
            piece is asked for, as far as it can be known.
    """
    sound_format = check_output(path)
    samples = 0
    with closing(_Target(path)) as target:
        with soundfile.SoundFile(
            target, "w", SAMPLE_RATE, channels=1, subtype="PCM_16", format=sound_format
        ) as sound:
            for pcm in pieces:
                sound.write(np.clip(pcm, -1.0, 1.0))
                samples += len(pcm)
                target.check()
        target.check()  # the end of the file, and its length in the header
    target.check()
    return samples


class _Target:
    """A file for libsndfile to write in, which keeps the first error.

    libsndfile would not pass an exception on, and some of its formats forget that writing failed;
    so after an error the rest is dropped, and :meth:`check` says what happened.
    """

    def __init__(self, path: Path):
        self._path = path
        self._failure: OSError | None = None
        try:
            self._file = path.open("wb", buffering=0)
        except OSError as error:
            self._failure = error
            self.check()

    def write(self, content: bytes) -> int:
        rest = memoryview(content)
        try:
            while rest and not self._failure:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            self._failure = error
        return len(content)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def close(self) -> None:
        try:
            self._file.close()
        except OSError as error:
            self._failure = self._failure or error

    def check(self) -> None:
        if self._failure:
            reason = self._failure.strerror or str(self._failure)
            raise AudioFileError(self._path, f"cannot be written ({reason})") from self._failure
