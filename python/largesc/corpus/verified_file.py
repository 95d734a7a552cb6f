# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A file of a built corpus, as it was when it was built."""

import hashlib
import io
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from .utterance import SAMPLE_RATE


def verified_speech(path: Path, expected: str) -> NDArray[np.float32]:
    """Float32 ``[samples]`` at 24 kHz.

    Args:
        path: FLAC file.
        expected: its SHA-256, hexadecimal.

    Raises:
        ValueError: missing, or not the file of the manifest.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path} cannot be read ({error.strerror})") from error
    if hashlib.sha256(content).hexdigest() != expected:
        raise ValueError(f"{path} is not the file of the manifest: build the corpus again")
    pcm, rate = soundfile.read(io.BytesIO(content), dtype="float32")
    if rate != SAMPLE_RATE or pcm.ndim != 1:
        raise ValueError(f"{path} is not mono at {SAMPLE_RATE} Hz")
    return np.asarray(pcm, dtype=np.float32)
