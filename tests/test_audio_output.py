# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Outputs that cannot be written, or would destroy what is read, are said in time."""

import os
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile
from encoded_audio import tone
from file_permissions import public_folder, without_privileges
from largesc.audio.output_file import FORMATS, check_output, check_writable
from largesc.audio.speech_file import AudioFileError, write_speech, write_speech_pieces

TONE = tone()
NOT_UTF_8 = os.fsdecode(b"caf\xe9.wav")


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    """As a full disk: what is written beyond fails. Python ignores the signal."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("suffix", [*FORMATS, ".WAV"])
def test_every_suffix_is_written(tmp_path: Path, suffix: str):
    path = tmp_path / f"tone{suffix}"
    assert write_speech_pieces(path, [TONE[:7], TONE[7:7], TONE[7:]]) == len(TONE)
    np.testing.assert_allclose(soundfile.read(path)[0], TONE, atol=1e-4)
    assert soundfile.info(path).subtype == "PCM_16"


def test_a_name_that_is_not_utf_8_is_written(tmp_path: Path):
    path = tmp_path / NOT_UTF_8
    write_speech(path, TONE)
    assert path.stat().st_size == 44 + 48000


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("size", [10, 1000])
def test_a_full_disk_is_said(tmp_path: Path, suffix: str, size: int):
    noise = np.random.default_rng(0).uniform(-1, 1, 24000).astype(np.float32)
    path = tmp_path / f"full{suffix}"
    with (
        file_size_limit(size),
        pytest.raises(AudioFileError, match=r"cannot be written \(File too large\)"),
    ):
        write_speech(path, noise)


def test_writing_ends_with_the_first_piece_that_does_not_fit(tmp_path: Path):
    asked = []

    def pieces() -> Iterator[np.ndarray]:
        for number in range(100):
            asked.append(number)
            yield TONE

    with file_size_limit(100_000), pytest.raises(AudioFileError, match="cannot be written"):
        write_speech_pieces(tmp_path / "full.wav", pieces())
    assert len(asked) == 3


def test_an_error_of_the_pieces_is_not_the_file_s(tmp_path: Path):
    def pieces() -> Iterator[np.ndarray]:
        yield TONE
        raise OSError("the pieces' own")

    path = tmp_path / "half.wav"
    with pytest.raises(OSError, match="the pieces' own"):
        write_speech_pieces(path, pieces())
    assert soundfile.info(path).frames == len(TONE)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("speech.xyz", r"\.xyz; known are \.wav, \.flac"),
        ("speech", "no suffix"),
        ("no/folder/speech.wav", "there is no folder .*/no/folder"),
        ("file.wav/speech.wav", "Not a directory|no folder"),
        ("folder.wav", "it is a folder"),
        ("device.wav", "a device or a pipe"),
        ("fifo.wav", "a device or a pipe"),
        ("astray.wav", "there is no folder /no/such"),
        ("loop.wav", "Too many levels of symbolic links"),
        ("n" * 300 + ".wav", "File name too long"),
        ("a\0b.wav", "null byte"),
    ],
)
def test_what_cannot_be_written_is_said_before_the_work(tmp_path: Path, name: str, says: str):
    (tmp_path / "file.wav").touch()
    (tmp_path / "folder.wav").mkdir()
    (tmp_path / "device.wav").symlink_to("/dev/full")
    os.mkfifo(tmp_path / "fifo.wav")
    (tmp_path / "astray.wav").symlink_to("/no/such/folder.wav")
    (tmp_path / "loop.wav").symlink_to(tmp_path / "loop.wav")

    def pieces() -> Iterator[np.ndarray]:
        raise AssertionError("the work began")
        yield

    path = tmp_path / name
    with pytest.raises(AudioFileError, match=says):
        check_output(path)
    with pytest.raises(AudioFileError, match=rf"cannot be written .*({says})"):
        write_speech_pieces(path, pieces())


def test_checking_leaves_everything_as_it_was(tmp_path: Path):
    path = tmp_path / "there.wav"
    path.write_bytes(b"as it was")
    check_output(path)
    check_output(tmp_path / "new.wav")
    check_writable(Path("/dev/full"))  # figures and packets may go to a device or a pipe
    assert path.read_bytes() == b"as it was"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_and_a_folder_that_may_not_be_written():
    with public_folder() as folder:
        path = folder / "read-only.wav"
        path.touch(0o444)
        folder.chmod(0o555)
        with without_privileges():
            with pytest.raises(AudioFileError, match="no permission to write it"):
                check_output(path)
            with pytest.raises(AudioFileError, match="no permission to write in the folder"):
                check_output(folder / "new.wav")


@pytest.mark.parametrize("way", ["name", "path", "link", "hard link"])
def test_input_and_output_are_the_same_file(tmp_path: Path, way: str):
    source = tmp_path / "in.wav"
    write_speech(source, TONE)
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(source)
    os.link(source, tmp_path / "hard link")
    named = {"name": source, "path": tmp_path / "folder" / ".." / "in.wav"}
    other = named.get(way, tmp_path / way)
    with pytest.raises(AudioFileError, match="the same file as"):
        check_output(source, [tmp_path / "else.wav", other])
    with pytest.raises(AudioFileError, match="the same file as"):
        check_writable(other, [source])


def test_two_outputs_are_the_same_file_that_is_not_there_yet(tmp_path: Path):
    with pytest.raises(AudioFileError, match="the same file as"):
        check_writable(tmp_path / "new", [tmp_path / "." / "new"])
    check_writable(Path("/dev/null"), [Path("/dev/null")])


def test_standard_input_is_the_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "in.wav"
    write_speech(path, TONE)
    with path.open() as file:
        monkeypatch.setattr(sys, "stdin", file)
        with pytest.raises(AudioFileError, match="the same file as -"):
            check_output(path, [Path("-")])
        check_output(tmp_path / "out.wav", [Path("-"), Path("/no/such/input"), path])
