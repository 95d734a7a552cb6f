# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user may name as input: pipes, standard input, odd names, and what is no file."""

import io
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from encoded_audio import encoded, tone
from file_permissions import public_folder, without_privileges
from largesc.audio.printable import printable
from largesc.audio.speech_file import AudioFileError, read_speech

WAV = encoded("wav", tone())
NOT_UTF_8 = os.fsdecode(b"caf\xe9.wav")


@contextmanager
def pipe_with(content: bytes) -> Iterator[Path]:
    """The name of a pipe's end, as the shell's ``<(...)`` gives it."""
    reader, writer = os.pipe()

    def write() -> None:
        try:
            with open(writer, "wb") as file:
                file.write(content)
        except BrokenPipeError:
            pass  # the reader had enough

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield Path(f"/dev/fd/{reader}")
    finally:
        os.close(reader)
        thread.join()


@pytest.mark.parametrize("name", ["wav", "flac", "vorbis", "mp3", "m4a"])
def test_a_pipe_is_read(name: str):
    with pipe_with(encoded(name, tone(seconds=4.0))) as path:
        assert 4 * 24000 <= len(read_speech(path).pcm) <= 4.1 * 24000


def test_a_fifo_is_read(tmp_path: Path):
    path = tmp_path / "fifo"
    os.mkfifo(path)
    thread = threading.Thread(target=path.write_bytes, args=[WAV])
    thread.start()
    assert len(read_speech(path).pcm) == 24000
    thread.join()


def test_a_pipe_is_read_up_to_a_bound(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("largesc.audio.input_file.PIPE_LIMIT", 2**20)
    with pipe_with(bytes(2**22)) as path, pytest.raises(AudioFileError, match="GiB from a pipe"):
        read_speech(path)


def test_an_empty_pipe_is_empty():
    with pipe_with(b"") as path, pytest.raises(AudioFileError, match="empty"):
        read_speech(path)


def test_standard_input(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(WAV)))
    assert len(read_speech(Path("-")).pcm) == 24000


def test_a_terminal_is_not_waited_for(monkeypatch: pytest.MonkeyPatch):
    controller, terminal = os.openpty()
    with open(controller, "wb"), open(terminal) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        for path in (Path("-"), Path(os.ttyname(terminal))):
            with pytest.raises(AudioFileError, match="a terminal"):
                read_speech(path)


def test_closed_standard_input(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stdin", None)  # as Python leaves it
    with pytest.raises(AudioFileError, match="closed"):
        read_speech(Path("-"))


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("/dev/zero", "a device"),
        ("/dev/null", "a device"),
        ("/dev", "a folder"),
        ("/no/such/file", "no such file"),
        ("/dev/null/file", "Not a directory"),
        ("a\0b", "no file can have this name"),
        ("n" * 300, "File name too long"),
        ("/proc/self/mem", "Invalid argument"),
    ],
)
def test_what_is_no_file_is_said(name: str, says: str):
    with pytest.raises(AudioFileError, match=says):
        read_speech(Path(name))


def test_a_file_that_may_not_be_read():
    with public_folder() as folder:
        path = folder / "secret.wav"
        path.write_bytes(WAV)
        path.chmod(0)
        with without_privileges(), pytest.raises(AudioFileError, match="Permission denied"):
            read_speech(path)


@pytest.mark.parametrize("name", ["wav", "mp3", "m4a"])
def test_a_name_that_is_not_utf_8(tmp_path: Path, name: str):
    path = tmp_path / NOT_UTF_8
    path.write_bytes(encoded(name, tone()))
    assert len(read_speech(path).pcm) >= 24000


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "ascii"])
@pytest.mark.parametrize("name", [NOT_UTF_8, "café.wav", "речь.wav", "a\nb\x1b[2J.wav", "\ud800"])
def test_messages_can_be_printed(monkeypatch: pytest.MonkeyPatch, encoding: str, name: str):
    terminal = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", terminal)
    with pytest.raises(AudioFileError) as caught:
        read_speech(Path("/nowhere") / name)
    print(caught.value)
    terminal.flush()
    printed = terminal.buffer.getvalue()
    assert printed.count(b"\n") == 1
    assert b"\x1b" not in printed


def test_what_is_printed():
    assert printable(NOT_UTF_8) == "caf\\xe9.wav"
    assert printable(Path("a\n\u202eb c.wav")) == "a\\n\\u202eb c.wav"
    assert printable("речь.wav") == "речь.wav"


def test_a_read_error_is_said(monkeypatch: pytest.MonkeyPatch):
    class Broken(io.BytesIO):
        """A disk that has read its last."""

        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() >= 20000:
                raise OSError(5, "Input/output error")
            return super().read(size)

    for content in (WAV, encoded("mp3", tone(seconds=9.0))):
        monkeypatch.setattr(
            "largesc.audio.speech_file.open_input", lambda path, content=content: Broken(content)
        )
        with pytest.raises(AudioFileError, match=r"speech: cannot be read \(Input/output error\)"):
            read_speech(Path("speech"))
