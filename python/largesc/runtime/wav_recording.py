# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A WAV file that grows while speech comes, and says why when it cannot."""

import contextlib
import errno
import io
import os
import stat
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

MAX_SAMPLES = 2**31 - 2**10  # 16-bit samples; the header counts bytes in 32 bits: 24.8 h at 24 kHz


class WavRecording:
    """A WAV file (mono, 16 bit), complete after every :meth:`close`.

    The first :meth:`open` begins it, in the place of an old file; a later one goes on behind what
    is there. Samples beyond full scale are clipped, what is no number is silence.

    Args:
        path: of the file; its suffix does not matter.
        rate: samples per second.

    Raises:
        OSError: it cannot be written.
    """

    def __init__(self, path: Path, rate: int):
        self._path, self._rate = path, rate
        self._file: _FileThatKeepsItsError | None = None
        self._sound: Any = None
        self._has_begun = False
        if path.exists() and stat.S_ISFIFO(path.stat().st_mode):
            raise OSError(errno.ESPIPE, "a pipe has no place for the length in the header")
        is_new = not path.exists()
        with path.open("ab"):
            pass  # it can be written; what is there stays until the first open
        if is_new:
            path.resolve().unlink()

    def open(self) -> None:
        """Begins the file, or goes on; nothing if it is open.

        Raises:
            OSError: it cannot be written.
        """
        if self._file is not None:
            return
        goes_on = self._has_begun and self._path.exists()
        self._file = _FileThatKeepsItsError(self._path, "r+" if goes_on else "w+")
        try:
            if goes_on:
                self._sound = soundfile.SoundFile(self._file, "r+")
                self._sound.seek(0, os.SEEK_END)
            else:
                self._sound = soundfile.SoundFile(
                    self._file, "w", self._rate, 1, "PCM_16", format="WAV"
                )
        except soundfile.LibsndfileError as error:
            reason = self._file.failure or OSError(errno.EINVAL, f"no WAV file any more: {error}")
            self._drop()
            raise reason from None
        self._has_begun = True

    def write(self, samples: NDArray[np.float32]) -> None:
        """Adds samples, float32 ``[samples]``; open it before.

        Raises:
            OSError: not all of them are in the file; what is, is complete after :meth:`close`.
        """
        if self._file is None:
            raise OSError(errno.EBADF, "the file is not open")
        if self._sound.frames + len(samples) > MAX_SAMPLES:
            raise OSError(errno.EFBIG, "a WAV file holds no more")
        # libsndfile says that something went wrong, in one of two ways, and the file says what.
        with contextlib.suppress(soundfile.LibsndfileError, AssertionError):
            self._sound.write(np.nan_to_num(samples, posinf=1.0, neginf=-1.0))
        if self._file.failure:
            raise self._file.failure

    def close(self) -> None:
        """Completes the file; nothing if it is not open.

        Raises:
            OSError: its length could not be written.
        """
        if self._file is None:
            return
        file, failed_before = self._file, self._file.failure
        self._drop()
        if file.failure and not failed_before:
            raise file.failure

    def _drop(self) -> None:
        with contextlib.suppress(soundfile.LibsndfileError, OSError):
            if self._sound is not None:
                self._sound.close()
        with contextlib.suppress(OSError):
            if self._file is not None:
                self._file.close()
        self._file = self._sound = None


class _FileThatKeepsItsError(io.FileIO):
    """A file for libsndfile to write in, which would not pass an exception on."""

    failure: OSError | None = None

    def write(self, content: Any) -> int:
        written = 0
        try:
            while written < len(content):
                written += super().write(content[written:])
        except OSError as error:
            self.failure = self.failure or error
        return written
