# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tones as small audio files of many formats, for tests of reading."""

import io

import av
import numpy as np
import soundfile

# Name of a format to libsndfile's format and subtype.
BY_LIBSNDFILE = {
    "wav": ("WAV", "PCM_16"),
    "wav u8": ("WAV", "PCM_U8"),
    "wav 24": ("WAV", "PCM_24"),
    "wav 32": ("WAV", "PCM_32"),
    "wav float": ("WAV", "FLOAT"),
    "wav double": ("WAV", "DOUBLE"),
    "wav mu-law": ("WAV", "ULAW"),
    "wav a-law": ("WAV", "ALAW"),
    "wav adpcm": ("WAV", "IMA_ADPCM"),
    "wav extensible": ("WAVEX", "PCM_16"),
    "rf64": ("RF64", "PCM_16"),
    "w64": ("W64", "PCM_16"),
    "aiff": ("AIFF", "PCM_16"),
    "au": ("AU", "PCM_16"),
    "caf": ("CAF", "PCM_16"),
    "sphere": ("NIST", "PCM_16"),
    "flac": ("FLAC", "PCM_16"),
    "vorbis": ("OGG", "VORBIS"),
    "opus": ("OGG", "OPUS"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
}
# Name of a format to FFmpeg's container, codec and the muxer's options.
BY_FFMPEG = {
    "aac": ("adts", "aac", {}),
    "m4a": ("ipod", "aac", {}),
    "ac3": ("ac3", "ac3", {}),
    "mkv": ("matroska", "libopus", {}),
    "mp3 id3": ("mp3", "libmp3lame", {}),
    "mp3 bare": ("mp3", "libmp3lame", {"write_xing": "0", "id3v2_version": "0"}),
    "mp2": ("mp2", "mp2", {}),
    "g722": ("g722", "g722", {}),
}
LAYOUTS = {1: "mono", 2: "stereo"}


def tone(frequency: float = 300.0, rate: int = 24000, seconds: float = 1.0) -> np.ndarray:
    return (0.3 * np.sin(2 * np.pi * frequency * np.arange(int(rate * seconds)) / rate)).astype(
        np.float32
    )


def encoded(name: str, pcm: np.ndarray, rate: int = 24000) -> bytes:
    """A file of one of the formats above; ``pcm`` is ``[samples]`` or ``[samples, channels]``."""
    file = io.BytesIO()
    if name in BY_LIBSNDFILE:
        kind, subtype = BY_LIBSNDFILE[name]
        soundfile.write(file, pcm, rate, format=kind, subtype=subtype)
        return file.getvalue()
    kind, codec, options = BY_FFMPEG[name]
    channels = pcm.reshape(len(pcm), -1).T
    layout = LAYOUTS[len(channels)]
    with av.open(file, "w", format=kind, container_options=options) as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(channels), format="fltp", layout=layout
        )
        frame.rate = rate
        resampler = av.AudioResampler(stream.codec_context.format.name, layout, rate)
        for part in [*resampler.resample(frame), None]:
            container.mux(stream.encode(part))
    return file.getvalue()


def level_at(pcm: np.ndarray, frequency: float, rate: int = 24000) -> float:
    """Amplitude of a tone in a signal."""
    turning = np.exp(-2j * np.pi * frequency * np.arange(len(pcm)) / rate)
    return float(2 * np.abs(np.mean(pcm * turning)))
