# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sound by FFmpeg's libraries: MP3, AAC, films, and whatever libsndfile does not know."""

from collections.abc import Iterator

import av
import numpy as np
from numpy.typing import NDArray

from .sound import Decoded, Sound, Undecodable, joined
from .stream_window import StreamWindow

# A playlist or a session description is a file, too; it would open others, and the network.
NOTHING_ELSE = {"protocol_whitelist": "none"}


def decoded_by_ffmpeg(stream: StreamWindow, container: str | None = None) -> Decoded:
    """All samples of a stream's first audio track; damaged packets are left out.

    Args:
        stream: the bytes.
        container: FFmpeg's name of the format where the content does not say it, such as
            ``g722``.

    Raises:
        Undecodable: no audio in it, no decoder for it, or nothing before the damage.
    """
    notices: list[str] = []
    stream.seek(0)
    try:
        # Text in other encodings than UTF-8 is common in titles.
        with av.open(
            stream, format=container, options=NOTHING_ELSE, metadata_errors="replace"
        ) as file:
            sounds = joined(_blocks(file, notices))
    except av.FFmpegError as error:
        raise Undecodable(f"not audio, or damaged ({error.strerror})") from error
    if not sounds:
        raise Undecodable("not audio, or cut off before the first sample")
    return Decoded(sounds, notices)


def _blocks(file: av.container.InputContainer, notices: list[str]) -> Iterator[Sound]:
    tracks = file.streams.audio
    if not tracks:
        raise Undecodable("no audio in this file")
    if len(tracks) > 1:
        notices.append(f"{len(tracks)} audio tracks; the first is used")
    track = tracks[0]
    if track.codec_context is None:
        raise Undecodable("no decoder for the audio in this file")
    damaged = 0
    for packet in _packets(file, track, notices):
        try:
            frames = packet.decode()
        except av.FFmpegError:
            damaged += 1
            continue
        for frame in frames:
            # Of an MPEG audio frame, the frame itself still has the rate of the one before.
            yield Sound(as_float(frame), track.codec_context.sample_rate)
    if damaged:
        notices.append(f"{damaged} packets are damaged or cut short and left out")


def _packets(
    file: av.container.InputContainer, track: av.AudioStream, notices: list[str]
) -> Iterator[av.Packet]:
    """Packets up to the end, or to where the container is so damaged that none is found."""
    try:
        yield from file.demux(track)
    except av.FFmpegError as error:
        notices.append(
            f"the file is damaged or cut short ({error.strerror}); what is before is used"
        )


def as_float(frame: av.AudioFrame) -> NDArray[np.float32]:
    """Samples ``[samples, channels]`` of any of FFmpeg's formats, full scale 1.0."""
    try:
        samples = frame.to_ndarray()
    except ValueError as error:
        raise Undecodable(f"samples of a kind that is not read ({frame.format.name})") from error
    planar = frame.format.is_planar
    samples = samples.T if planar else samples.reshape(frame.samples, -1)
    if samples.dtype == np.uint8:
        return (samples.astype(np.float32) - 128.0) / 128.0
    if np.issubdtype(samples.dtype, np.integer):
        scale = np.float32(2.0 ** (8 * samples.dtype.itemsize - 1))
        return samples.astype(np.float32) / scale
    return samples.astype(np.float32)
