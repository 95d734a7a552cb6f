# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Formats beside WAV that reading speech must know, and what it refuses."""

import struct
from pathlib import Path

import av
import numpy as np
import pytest
from encoded_audio import BY_LIBSNDFILE, encoded, level_at, tone
from gnuradio.largesc.commands.demo import PROMPT_NAMES, PROMPTS
from largesc.audio.ffmpeg_decoder import as_float
from largesc.audio.speech_file import AudioFileError, SpeechFile, read_speech, write_speech

TONE = tone(seconds=2.0)


def read_back(tmp_path: Path, content: bytes, name: str = "file") -> SpeechFile:
    path = tmp_path / name
    path.write_bytes(content)
    return read_speech(path)


@pytest.mark.parametrize("name", BY_LIBSNDFILE)
def test_formats_of_libsndfile(tmp_path: Path, name: str):
    speech = read_back(tmp_path, encoded(name, TONE))
    assert np.std(speech.pcm) == pytest.approx(np.std(TONE), rel=0.05)
    assert speech.notices == []


@pytest.mark.parametrize("name", ["m4a", "aac", "mp3 id3"])
def test_formats_that_ffmpeg_knows(tmp_path: Path, name: str):
    speech = read_back(tmp_path, encoded(name, TONE))
    assert np.std(speech.pcm) == pytest.approx(np.std(TONE), rel=0.1)
    assert speech.notices == []


@pytest.mark.parametrize("name", ["wav", "flac", "caf"])
def test_64_channels(tmp_path: Path, name: str):
    count = 8 if name == "flac" else 64
    channels = np.stack([TONE * weight for weight in np.linspace(0, 1, count)], axis=1)
    speech = read_back(tmp_path, encoded(name, channels))
    np.testing.assert_allclose(speech.pcm, TONE / 2, atol=1e-4)


@pytest.mark.parametrize("format_name", ["u8", "s16", "s32", "flt", "dbl", "s16p", "fltp", "dblp"])
def test_samples_of_ffmpeg_s_kinds(tmp_path: Path, format_name: str):
    frame = av.AudioFrame.from_ndarray(np.stack([TONE, TONE / 2]), "fltp", "stereo")
    frame.rate = 24000
    (converted,) = av.AudioResampler(format_name).resample(frame)
    samples = as_float(converted)
    assert samples.shape == (len(TONE), 2)
    np.testing.assert_allclose(samples, np.stack([TONE, TONE / 2], axis=1), atol=0.01)


@pytest.mark.parametrize("name", PROMPT_NAMES)
def test_the_demo_s_prompts_are_speech(name: str):
    speech = read_speech(PROMPTS / f"{name}.g722")
    assert speech.notices == ["resampled from 16000 Hz to 24000 Hz"]
    assert 2.0 < len(speech.pcm) / 24000 < 15.0
    assert 0.02 < np.std(speech.pcm) < 0.3


def film(path: Path, languages: int) -> None:
    """A picture, and a tone per language, the first of 300 Hz."""
    with av.open(str(path), "w") as container:
        pictures = container.add_stream("mpeg4", rate=25)
        pictures.width, pictures.height = 64, 64
        voices = [container.add_stream("aac", rate=24000, layout="mono") for _ in range(languages)]
        picture = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
        container.mux([*pictures.encode(picture), *pictures.encode(None)])
        for number, voice in enumerate(voices, 1):
            frame = av.AudioFrame.from_ndarray(tone(300 * number)[None], "fltp", "mono")
            frame.rate = 24000
            container.mux([*voice.encode(frame), *voice.encode(None)])


@pytest.mark.parametrize("suffix", [".mkv", ".mp4", ".avi"])
def test_the_sound_of_a_film(tmp_path: Path, suffix: str):
    path = tmp_path / f"film{suffix}"
    film(path, languages=2)
    speech = read_speech(path)
    assert level_at(speech.pcm[2400:21600], 300) == pytest.approx(0.3, abs=0.03)
    assert speech.notices == ["2 audio tracks; the first is used"]


def test_a_film_without_sound_is_refused(tmp_path: Path):
    path = tmp_path / "silent.mkv"
    film(path, languages=0)
    with pytest.raises(AudioFileError, match="no audio"):
        read_speech(path)


def test_titles_in_other_encodings_than_utf_8(tmp_path: Path):
    path = tmp_path / "titled.mkv"
    with av.open(str(path), "w") as container:
        container.metadata["title"] = "a cafe"
        voice = container.add_stream("aac", rate=24000, layout="mono")
        frame = av.AudioFrame.from_ndarray(TONE[None], "fltp", "mono")
        frame.rate = 24000
        container.mux([*voice.encode(frame), *voice.encode(None)])
    content = path.read_bytes()
    assert b"a cafe" in content
    assert len(read_back(tmp_path, content.replace(b"a cafe", b"a caf\xe9")).pcm) >= len(TONE)
    tag = b"TAG" + b"caf\xe9".ljust(125, b"\0")
    assert len(read_back(tmp_path, encoded("mp3", TONE) + tag).pcm) == len(TONE)


def with_lengths(content: bytes, file_length: int, sound_length: int) -> bytes:
    """A WAV file whose header says other lengths."""
    place = content.index(b"data") + 4
    return (
        content[:4]
        + struct.pack("<I", file_length)
        + content[8:place]
        + struct.pack("<I", sound_length)
        + content[place + 4 :]
    )


@pytest.mark.parametrize(
    "lengths",
    [
        (0xFFFFFFFF, 0xFFFFFFFF),  # FFmpeg into a pipe
        (0x7FFFF024, 0x7FFFF000),  # SoX into a pipe
        (0x80000024, 0x80000000),  # arecord, interrupted
        (0, 0),
        (36, 0),  # a recorder that was switched off
    ],
)
def test_wav_of_unknown_length(tmp_path: Path, lengths: tuple[int, int]):
    speech = read_back(tmp_path, with_lengths(encoded("wav", TONE), *lengths))
    np.testing.assert_allclose(speech.pcm, TONE, atol=1e-4)
    assert speech.notices == []


@pytest.mark.parametrize("name", ["wav", "aiff", "flac"])
def test_a_file_cut_short_is_used_with_a_notice(tmp_path: Path, name: str):
    content = encoded(name, TONE)
    speech = read_back(tmp_path, content[: len(content) // 2])
    assert len(TONE) / 3 < len(speech.pcm) < 2 * len(TONE) / 3
    assert any("cut short" in notice for notice in speech.notices)


@pytest.mark.parametrize("name", ["wav", "w64", "aiff", "vorbis"])
def test_no_samples(tmp_path: Path, name: str):
    with pytest.raises(AudioFileError, match=r"no samples|before the first sample"):
        read_back(tmp_path, encoded(name, TONE[:0]))


def test_no_samples_but_a_title(tmp_path: Path):
    title = b"LIST" + struct.pack("<I", 16) + b"INFOINAM" + struct.pack("<I", 4) + b"name"
    content = encoded("wav", TONE[:0]) + title
    with pytest.raises(AudioFileError, match="no samples"):
        read_back(tmp_path, with_lengths(content, len(content) - 8, 0))


def test_one_sample(tmp_path: Path):
    assert len(read_back(tmp_path, encoded("wav", TONE[:1])).pcm) == 1
    with pytest.raises(AudioFileError, match="too short: not one sample at 24000 Hz"):
        read_back(tmp_path, encoded("wav", TONE[:1], 96000))


@pytest.mark.parametrize("rate", [0, 1, 999, 1_000_001, 2**31 - 1])
def test_rates_that_are_none(tmp_path: Path, rate: int):
    content = encoded("wav", TONE)
    with pytest.raises(AudioFileError, match=r"sample rate of|not audio"):
        read_back(tmp_path, content[:24] + struct.pack("<I", rate) + content[28:])


@pytest.mark.parametrize("rate", [1000, 8000, 11025, 96000, 192000, 1_000_000])
def test_rates_that_are_resampled(tmp_path: Path, rate: int):
    speech = read_back(tmp_path, encoded("wav", tone(100, rate), rate))
    assert len(speech.pcm) == 24000
    assert level_at(speech.pcm[2400:-2400], 100) == pytest.approx(0.3, abs=0.01)
    assert speech.rate == rate


@pytest.mark.parametrize("name", ["wav", "m4a"])
def test_a_file_that_is_too_long_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
):
    monkeypatch.setattr("largesc.audio.sound.LIMIT", 3 * len(TONE))
    assert read_back(tmp_path, encoded(name, TONE)).notices == []
    monkeypatch.setattr("largesc.audio.sound.LIMIT", len(TONE))
    with pytest.raises(AudioFileError, match="too long"):
        read_back(tmp_path, encoded(name, TONE))


@pytest.mark.parametrize(
    "content",
    [
        "ffconcat version 1.0\nfile other.wav\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nother.mp3\n#EXT-X-ENDLIST\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
    ],
)
def test_lists_do_not_open_other_files_or_the_network(tmp_path: Path, content: str):
    (tmp_path / "other.wav").write_bytes(encoded("wav", TONE))
    (tmp_path / "other.mp3").write_bytes(encoded("mp3", TONE))
    with pytest.raises(AudioFileError, match="not audio"):
        read_back(tmp_path, content.encode(), "list.m3u8")


@pytest.mark.parametrize(
    "content", [b"this is no audio " * 50, b"RIFF\x24\x00\x00\x00WAVEfmt ", b"\xff\xfb" * 9, b"ID3"]
)
def test_what_is_no_audio_is_said(tmp_path: Path, content: bytes):
    with pytest.raises(AudioFileError, match="not audio"):
        read_back(tmp_path, content)


def test_nothing_is_written_to_the_terminal(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    content = encoded("mp3", TONE)
    read_back(tmp_path, content[: len(content) // 2])
    read_back(tmp_path, content * 2)
    assert capfd.readouterr() == ("", "")


def test_an_empty_file_and_an_unknown_suffix_are_refused(tmp_path: Path):
    with pytest.raises(AudioFileError, match="empty"):
        read_back(tmp_path, b"")
    with pytest.raises(AudioFileError, match="cannot be written"):
        write_speech(tmp_path / "speech.xyz", TONE)
