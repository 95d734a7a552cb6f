# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a sound file is, without decoding it."""

import io
from pathlib import Path

import soundfile

from .libsndfile_decoder import STREAMED, promised_size
from .sound import Undecodable
from .stream_window import StreamWindow

CUT_SHORT = "cut short: its end is missing"


def seconds_of_file(path: Path) -> float:
    """Duration by the header; a look at the end says whether all of it is there.

    Of Ogg the header says nothing: a file that was cut is a shorter one.

    Raises:
        Undecodable: no audio, damaged, cut short, or without samples.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        size = file.seek(0, io.SEEK_END)
        promised = promised_size(StreamWindow(file, 0, size))
    if promised is not None and size < promised < STREAMED:
        raise Undecodable(CUT_SHORT)
    try:
        with soundfile.SoundFile(path) as sound:
            if not sound.frames:
                raise Undecodable("the file has no samples")
            if not _has_its_end(sound):
                raise Undecodable(CUT_SHORT)
            return float(sound.frames / sound.samplerate)
    except soundfile.LibsndfileError as error:
        raise Undecodable(f"not audio, or damaged ({error.error_string.strip()})") from error


def _has_its_end(sound: soundfile.SoundFile) -> bool:
    try:
        sound.seek(sound.frames - 1)
        return len(sound.read(1)) == 1
    except soundfile.LibsndfileError:
        return False
