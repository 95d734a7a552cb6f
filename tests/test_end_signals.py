# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who asks a command to end: its files are complete then, with or without a terminal."""

import os
import pty
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from command_line import PROGRAM
from gnuradio.largesc.commands.end_signals import asked_by_signals


@pytest.fixture(autouse=True)
def hang_up_is_heard() -> Iterator[None]:
    """Whoever runs the tests may ignore it (nohup), and what they start would."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture(autouse=True)
def no_dead_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The terminal of whoever runs the tests is still there."""
    monkeypatch.setattr("gnuradio.largesc.commands.end_signals._leave_terminal", lambda: None)


class _Decoder:
    """Asks the process to end after a second of speech."""

    packets = frames = 0

    def __init__(self, number: signal.Signals):
        self._number = number

    def __iter__(self):
        yield np.zeros(24000, dtype=np.float32)
        signal.raise_signal(self._number)
        yield np.zeros(24000, dtype=np.float32)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_decoder_that_is_asked_to_end_leaves_a_whole_file(
    run_largesc, speech_file: Path, tmp_path: Path, monkeypatch, number: signal.Signals
) -> None:
    packets, out = tmp_path / "speech.lsc", tmp_path / "out.wav"
    assert run_largesc("encode", speech_file, packets).returncode == 0
    monkeypatch.setattr(
        "gnuradio.largesc.speech_link.file_coding.FileDecoder", lambda *_: _Decoder(number)
    )
    before = signal.getsignal(number)
    assert run_largesc("decode", packets, out).returncode != 0
    assert soundfile.info(out).frames == 24000
    assert signal.getsignal(number) == before


def test_a_hang_up_that_is_ignored_stays_so() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with asked_by_signals(lambda number: pytest.fail(str(number))):
            signal.raise_signal(signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.slow
def test_a_listener_whose_terminal_goes_leaves_figures(tmp_path: Path) -> None:
    figures, out = tmp_path / "figures.json", tmp_path / "out.wav"
    ours, theirs = pty.openpty()
    command = [PROGRAM, "listen", "udp://127.0.0.1:0", out, "--json", figures]
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    said = b""
    while b"packets" not in said:  # its status is shown: from here on it is asked, not broken off
        said += os.read(ours, 1000)
    os.close(ours)  # nobody holds the terminal any more
    process.send_signal(signal.SIGHUP)
    try:
        assert process.wait(60) == 0
    finally:
        process.kill()
    assert figures.exists()
