# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where there is no sound card, a command says so in one line; drivers write a screenful."""

import os
from unittest.mock import patch

import pytest
from conftest import Largesc
from gnuradio import audio, blocks, gr, largesc
from gnuradio.largesc.runtime.card_opening import card_opening


def test_a_command_says_one_line(run_largesc: Largesc, capfd: pytest.CaptureFixture[str]) -> None:
    done = run_largesc("send", "-", "--to", "udp://127.0.0.1:9", "--device", "largesc_no_such_card")
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert line.startswith("largesc: no sound card to record from (largesc_no_such_card): connect")
    assert done.stdout == ""
    assert capfd.readouterr() == ("", "")  # what C libraries write


def _fail(device: str, *said: tuple[int, str]) -> None:
    with card_opening("play on", device, "find one"):
        for output, line in said:
            os.write(output, f"{line}\n".encode())
        raise RuntimeError("audio_alsa_sink")


def test_the_cause_is_kept(capfd: pytest.CaptureFixture[str]) -> None:
    said = (2, "ALSA lib pcm.c:1: Unknown PCM"), (1, "alsa_sink :error: [hw:1]: it is busy")
    with pytest.raises(RuntimeError, match=r"\(hw:1\): find one \(its driver says: it is busy\)$"):
        _fail("hw:1", *said)
    with pytest.raises(RuntimeError, match=r"\(default\): find one$"):
        _fail("")
    assert capfd.readouterr() == ("", "")


def test_what_is_written_while_a_card_opens_is_shown(capfd: pytest.CaptureFixture[str]) -> None:
    def source(*_: object) -> blocks.null_source:
        os.write(2, b"ALSA lib: resampling\n")
        return blocks.null_source(gr.sizeof_float)

    with patch.object(audio, "source", source):
        largesc.speech_source()
    assert capfd.readouterr() == ("", "ALSA lib: resampling\n")
