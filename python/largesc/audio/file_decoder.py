# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""All streams of a file, each by the decoder that knows it best."""

import io
from pathlib import Path
from typing import BinaryIO

from .chained_streams import is_mpeg_audio, streams_of
from .ffmpeg_decoder import decoded_by_ffmpeg
from .libsndfile_decoder import decoded_by_libsndfile, promised_size
from .sound import Decoded, Sound, Undecodable
from .stream_window import StreamWindow

RAW_G722 = ".g722"  # Asterisk's prompts: 16 kHz G.722 without a header
NO_SAMPLES = "the file has no samples"


def decoded_file(file: BinaryIO, path: Path) -> Decoded:
    """The sounds of all streams, in order; at least one sample.

    A stream that cannot be decoded is left out, if there are others.

    Args:
        file: open for reading.
        path: its name; ``.g722`` stands for raw G.722.

    Raises:
        Undecodable: there is no sound in the file.
        OSError: it cannot be read.
    """
    if path.suffix.lower() == RAW_G722:
        return decoded_by_ffmpeg(StreamWindow(file, 0, file.seek(0, io.SEEK_END)), container="g722")
    streams = streams_of(file, path)
    sounds: list[Sound] = []
    notices: list[str] = []
    refusals: list[Undecodable] = []
    for stream in streams:
        try:
            decoded = _decoded(stream)
        except Undecodable as error:
            refusals.append(error)
            continue
        sounds += decoded.sounds
        notices += decoded.notices
        if len(decoded.sounds) > 1:
            notices.append("sample rate or channels change; each part is converted by its own")
    if not sounds:
        raise refusals[0]
    if len(streams) > 1:
        notices.append(f"{len(streams)} streams, one behind the other, joined")
    if refusals:
        notices.append(f"{len(refusals)} of them damaged or cut short and left out: {refusals[0]}")
    return Decoded(sounds, notices)


def _decoded(stream: StreamWindow) -> Decoded:
    decoded = _by_known_decoder(stream)
    if stream.failure is not None:
        raise stream.failure
    if not decoded.sounds:
        raise Undecodable(NO_SAMPLES)
    return decoded


def _by_known_decoder(stream: StreamWindow) -> Decoded:
    """By libsndfile, which keeps exact lengths; what it does not know, by FFmpeg's library.

    MPEG audio is FFmpeg's: libmpg123, behind libsndfile, writes its worries to the terminal.
    """
    if is_mpeg_audio(stream.head(3)):
        return decoded_by_ffmpeg(stream)
    try:
        decoded = decoded_by_libsndfile(stream)
    except Undecodable:
        return decoded_by_ffmpeg(stream)
    if decoded.sounds or promised_size(stream) == stream.size:
        return decoded
    # Writers that cannot seek back may leave a length of 0, which libsndfile believes.
    try:
        return decoded_by_ffmpeg(stream)
    except Undecodable as error:
        raise Undecodable(NO_SAMPLES) from error
