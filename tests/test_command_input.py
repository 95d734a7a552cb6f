# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Input from pipes and standard input; files whose names are no text."""

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import soundfile
from command_line import PROGRAM

NOT_UTF_8 = os.fsdecode(b"caf\xe9.wav")
SHOWN = "caf\\xe9.wav"


@pytest.fixture
def pipe(speech_file: Path, tmp_path: Path) -> Iterator[Path]:
    """A FIFO that speech comes out of, as of the shell's ``<(...)``."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=lambda: path.write_bytes(speech_file.read_bytes()))
    writer.start()
    yield path
    writer.join(10.0)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["simulate", "encode"])
def test_speech_comes_out_of_a_pipe(run_largesc, pipe, speech, tmp_path, command):
    out = tmp_path / "out.wav"
    done = run_largesc(command, pipe, out)
    assert done.returncode == 0, done.stderr
    if command == "simulate":
        assert len(soundfile.read(out)[0]) == len(speech)


@pytest.mark.slow
def test_packets_come_out_of_a_pipe(run_largesc, speech, speech_file, tmp_path):
    packets, pipe, out = tmp_path / "x.lsc", tmp_path / "packets", tmp_path / "out.wav"
    assert run_largesc("encode", speech_file, packets).returncode == 0
    os.mkfifo(pipe)
    threading.Thread(target=lambda: pipe.write_bytes(packets.read_bytes())).start()
    done = run_largesc("decode", pipe, out)
    assert done.returncode == 0, done.stderr
    assert len(soundfile.read(out)[0]) == len(speech)


@pytest.mark.slow
def test_standard_input(speech, speech_file, delay, tmp_path):
    """The shell's own: one behind the other through pipes."""
    out = tmp_path / "out.wav"
    with speech_file.open("rb") as source:
        encoding = subprocess.run(
            [PROGRAM, "encode", "-", "/dev/stdout"], stdin=source, capture_output=True, check=True
        )
    decoding = [PROGRAM, "decode", "-", out]
    subprocess.run(decoding, input=encoding.stdout, capture_output=True, check=True)
    # A pipe cannot be rewound to tell how many samples there are: all of the last frame is decoded.
    frames = -(-(len(speech) + delay) // 1920)
    assert len(soundfile.read(out)[0]) == 1920 * frames - delay


def test_send_takes_a_pipe_and_keeps_the_microphone(run_largesc, pipe):
    target = ("--to", "udp://127.0.0.1:9", "--speed", 50)
    done = run_largesc("send", pipe, *target)
    assert done.returncode == 0, done.stderr
    assert "packets sent" in done.stderr
    done = run_largesc("send", "-", *target, "--device", "no such card")
    assert done.returncode == 2
    assert "no sound card to record from (no such card)" in done.stderr


def test_standard_input_has_a_name_where_a_dash_is_the_microphone(run_largesc):
    shown = " ".join(run_largesc("send", "--help", env={"COLUMNS": "300"}).stdout.split())
    assert "- for the microphone; /dev/stdin for a pipe" in shown


@pytest.mark.parametrize("command", ["simulate", "encode"])
@pytest.mark.slow
def test_a_name_that_is_no_text_is_used_and_shown(run_largesc, speech_file, tmp_path, command):
    source, out = tmp_path / NOT_UTF_8, tmp_path / f"out-{NOT_UTF_8}"
    source.write_bytes(speech_file.read_bytes()[:50_000])
    done = run_largesc(command, source, out)
    assert done.returncode == 0, done.stderr
    assert f"{SHOWN}: the file is cut short" in done.stderr
    assert out.stat().st_size > 0
    done = run_largesc(command, tmp_path / f"no-{NOT_UTF_8}", out)
    assert done.returncode == 2
    assert f"no-{SHOWN}: no such file" in done.stderr


def test_packets_in_a_file_whose_name_is_no_text(run_largesc, speech_file, tmp_path):
    packets, out = tmp_path / NOT_UTF_8, tmp_path / "out.wav"
    packets.write_bytes(b"no packets")
    done = run_largesc("decode", packets, out)
    assert done.returncode == 2
    assert f"{SHOWN}: not a packet file" in done.stderr
    done = run_largesc("decode", tmp_path / f"no-{NOT_UTF_8}", out)
    assert done.returncode == 2
    assert f"no-{SHOWN}: No such file" in done.stderr


@pytest.mark.slow
def test_a_name_that_is_no_text_as_the_system_gives_it(speech_file, tmp_path):
    shutil.copy(speech_file, tmp_path / NOT_UTF_8)
    command = [os.fsencode(PROGRAM), b"encode", b"caf\xe9.wav", b"out.lsc"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
