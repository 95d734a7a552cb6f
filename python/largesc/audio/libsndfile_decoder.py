# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sound by libsndfile: WAV in all its kinds, FLAC, Ogg, AIFF, AU, SPHERE and others."""

from collections.abc import Iterator
from typing import Literal

import soundfile

from .sound import Decoded, Sound, Undecodable, joined
from .stream_window import StreamWindow

BLOCK = 2**20  # samples of all channels together
# Writers that cannot seek back leave a length that no file has: FFmpeg and arecord 2^31 and more,
# SoX and eSpeak a little less.
STREAMED = 0x7FFF0000
CUT_SHORT = "the file is cut short; what is there is used"


def decoded_by_libsndfile(stream: StreamWindow) -> Decoded:
    """All samples of a stream.

    Raises:
        Undecodable: unknown to libsndfile, or damaged.
    """
    stream.seek(0)
    try:
        with soundfile.SoundFile(stream) as file:
            sounds = joined(_blocks(file))
            missing = file.frames - sum(len(sound.samples) for sound in sounds)
    except soundfile.SoundFileError as error:
        text = getattr(error, "error_string", str(error)).strip()
        raise Undecodable(f"not audio, or damaged ({text})") from error
    return Decoded(sounds, [CUT_SHORT] if lacks_bytes(stream) or missing > 0 else [])


def _blocks(file: soundfile.SoundFile) -> Iterator[Sound]:
    size = max(1, BLOCK // file.channels)
    while len(samples := file.read(size, dtype="float32", always_2d=True)):
        yield Sound(samples, file.samplerate)


def lacks_bytes(stream: StreamWindow) -> bool:
    """Whether a WAV or AIFF file is shorter than its header says; of others nothing is known."""
    promised = promised_size(stream)
    return promised is not None and stream.size < promised < STREAMED


def promised_size(stream: StreamWindow) -> int | None:
    """Bytes that the header of a WAV or AIFF file counts, itself included; None for others."""
    head = stream.head(12)
    orders: dict[tuple[bytes, bytes], Literal["little", "big"]] = {
        (b"RIFF", b"WAVE"): "little",
        (b"FORM", b"AIFF"): "big",
        (b"FORM", b"AIFC"): "big",
    }
    order = orders.get((head[:4], head[8:12]))
    return None if order is None else int.from_bytes(head[4:8], order) + 8
