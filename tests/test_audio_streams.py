# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Streams behind one another in a file, and streams that change, are used to their end."""

from pathlib import Path

import numpy as np
import pytest
from encoded_audio import encoded, level_at, tone
from largesc.audio.speech_file import read_speech

LOSSLESS = ["wav", "rf64", "w64", "aiff", "au", "caf", "sphere", "flac"]
EXACT = [*LOSSLESS, "vorbis", "opus", "mp3", "mp3 id3"]
PADDED = ["mp3 bare", "aac", "ac3", "m4a", "mkv"]  # no length but that of whole packets
HIGH, LOW = {"ac3": 48000, "mp3 bare": 48000}, {"ac3": 32000, "mp3 bare": 32000}


def two_tones(name: str, first: tuple[int, int], second: tuple[int, int]) -> bytes:
    """A second of 300 Hz and then one of 600 Hz, each of its own rate and channels."""
    tones = [(tone(300, first[0]), first), (tone(600, second[0]), second)]
    return b"".join(
        encoded(name, np.stack([pcm] * channels, axis=1), rate) for pcm, (rate, channels) in tones
    )


def assert_two_tones(pcm: np.ndarray, slack: int) -> None:
    assert 48000 <= len(pcm) <= 48000 + slack
    first, second = pcm[2400:21600], pcm[26400 + slack : 45600]
    assert level_at(first, 300) == pytest.approx(0.3, abs=0.03)
    assert level_at(second, 600) == pytest.approx(0.3, abs=0.03)
    assert max(level_at(first, 600), level_at(second, 300)) < 0.02


@pytest.mark.parametrize("name", [*EXACT, *PADDED])
@pytest.mark.parametrize("change", ["nothing", "rate", "channels", "both"])
def test_two_streams_in_one_file(tmp_path: Path, name: str, change: str):
    high, low = HIGH.get(name, 48000), LOW.get(name, 24000)
    first = (high, 2)
    second = (
        low if change in ("rate", "both") else high,
        1 if change in ("channels", "both") else 2,
    )
    path = tmp_path / "two"
    path.write_bytes(two_tones(name, first, second))
    speech = read_speech(path)
    assert_two_tones(speech.pcm, 0 if name in EXACT else 4000)
    assert not any("damaged" in notice for notice in speech.notices)
    if name in EXACT:
        assert "2 streams, one behind the other, joined" in speech.notices
    elif change != "nothing" and name not in ("m4a", "mkv"):
        assert any("change" in notice for notice in speech.notices)


def test_the_lowest_rate_is_reported(tmp_path: Path):
    path = tmp_path / "two.ogg"
    path.write_bytes(two_tones("vorbis", (48000, 1), (16000, 1)))
    assert read_speech(path).rate == 16000


def test_a_tag_with_a_picture_that_looks_like_a_stream(tmp_path: Path):
    sound = encoded("mp3", tone())
    picture = sound[:700] + b"ID3\x03\x00\x00\x00\x00\x00\x0a"
    size = bytes([0, 0, len(picture) >> 7, len(picture) & 0x7F])
    path = tmp_path / "tagged.mp3"
    path.write_bytes(b"ID3\x03\x00\x00" + size + picture + sound)
    speech = read_speech(path)
    assert len(speech.pcm) == 24000
    assert speech.notices == []


def test_a_stream_that_is_found_across_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("largesc.audio.chained_streams.READ_SIZE", 7)
    path = tmp_path / "two.flac"
    path.write_bytes(encoded("flac", tone()) * 3)
    assert len(read_speech(path).pcm) == 3 * 24000


def test_a_broken_stream_among_others_is_left_out_with_a_notice(tmp_path: Path):
    path = tmp_path / "three.ogg"
    whole = encoded("vorbis", tone())
    path.write_bytes(whole + whole[:60] + bytes(200) + whole)
    speech = read_speech(path)
    assert len(speech.pcm) == 48000
    assert any(notice.startswith("1 of them damaged or cut short") for notice in speech.notices)


def test_damaged_packets_in_the_middle_are_left_out_with_a_notice(tmp_path: Path):
    path = tmp_path / "damaged.aac"
    content = bytearray(encoded("aac", tone()))
    content[len(content) // 2 : len(content) // 2 + 400] = bytes(400)
    path.write_bytes(content)
    speech = read_speech(path)
    assert len(speech.pcm) > 12000
    assert any("damaged" in notice for notice in speech.notices)
