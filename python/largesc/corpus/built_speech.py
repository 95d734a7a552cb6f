# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A file of a corpus that is built: speech, what is known of it, and how it is written."""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import soundfile
from numpy.typing import NDArray

from .manifest import FileRecord
from .utterance import SAMPLE_RATE


@dataclass(frozen=True)
class BuiltSpeech:
    """Prepared speech.

    Attributes:
        subset: that it belongs to.
        stem: name in the subset.
        text: what is said; empty if nobody wrote it down.
        pcm: float32 ``[samples]`` at 24 kHz.
        reader, language, licence, origin, sex, age: see FileRecord (``origin`` is its source).
    """

    subset: str
    stem: str
    text: str
    pcm: NDArray[np.float32]
    reader: str
    language: str
    licence: str
    origin: str
    sex: Literal["f", "m"] | None = None
    age: int | None = None


def written(speech: BuiltSpeech, out: Path) -> FileRecord:
    """Writes a file of 16-bit FLAC into its subset's folder below ``out``; gives its record."""
    file = io.BytesIO()
    soundfile.write(file, speech.pcm, SAMPLE_RATE, format="FLAC", subtype="PCM_16")
    content = file.getvalue()
    name = f"{speech.subset}/{speech.stem}"
    path = out / f"{name}.flac"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return FileRecord(
        name=name,
        subset=speech.subset,
        reader=speech.reader,
        sex=speech.sex,
        age=speech.age,
        language=speech.language,
        text=speech.text,
        seconds=len(speech.pcm) / SAMPLE_RATE,
        source=speech.origin,
        licence=speech.licence,
        sha256=hashlib.sha256(content).hexdigest(),
    )
