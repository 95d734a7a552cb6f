# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Formats beside WAV that reading speech must know, and what it refuses."""

from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from gnuradio.largesc.audio.speech_file import AudioFileError, read_speech, write_speech
from gnuradio.largesc.commands.demo import PROMPT_NAMES, PROMPTS

TONE = (0.3 * np.sin(2 * np.pi * 300 * np.arange(48000) / 24000)).astype(np.float32)


@pytest.mark.parametrize("suffix", [".flac", ".ogg", ".mp3"])
def test_formats_of_libsndfile(tmp_path: Path, suffix: str):
    path = tmp_path / f"tone{suffix}"
    soundfile.write(path, TONE, 24000)
    assert np.std(read_speech(path).pcm) == pytest.approx(np.std(TONE), rel=0.05)


def test_format_that_only_ffmpeg_knows(tmp_path: Path):
    path = tmp_path / "tone.m4a"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=24000, layout="mono")
        frame = av.AudioFrame.from_ndarray(TONE[None], format="fltp", layout="mono")
        frame.rate = 24000
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    assert np.std(read_speech(path).pcm) == pytest.approx(np.std(TONE), rel=0.1)


@pytest.mark.parametrize("name", PROMPT_NAMES)
def test_the_demo_s_prompts_are_speech(name: str):
    speech = read_speech(PROMPTS / f"{name}.g722")
    assert speech.notices == ["resampled from 16000 Hz to 24000 Hz"]
    assert 2.0 < len(speech.pcm) / 24000 < 15.0
    assert 0.02 < np.std(speech.pcm) < 0.3


def test_a_film_without_sound_is_refused(tmp_path: Path):
    path = tmp_path / "silent.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height = 64, 64
        picture = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
        for packet in [*stream.encode(picture), *stream.encode(None)]:
            container.mux(packet)
    with pytest.raises(AudioFileError, match="no audio"):
        read_speech(path)


def test_a_folder_and_an_unknown_suffix_are_refused(tmp_path: Path):
    with pytest.raises(AudioFileError, match="no such file"):
        read_speech(tmp_path)
    with pytest.raises(AudioFileError, match="cannot be written"):
        write_speech(tmp_path / "speech.xyz", TONE)
