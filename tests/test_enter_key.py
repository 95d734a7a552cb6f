# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``--key enter``: strokes of the Enter key, and what is when no more can come."""

import io
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import Largesc
from gnuradio import largesc
from gnuradio.largesc.commands import radio_options
from gnuradio.largesc.commands.terminal import terminal


@pytest.fixture
def gate() -> largesc.talk_gate:
    return largesc.talk_gate("press")


def strike(gate: largesc.talk_gate, monkeypatch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """As the command does, but for the thread."""
    made = lambda target, daemon: SimpleNamespace(start=target)  # noqa: E731
    monkeypatch.setattr(radio_options, "Thread", made)
    return radio_options.struck_by_enter(SimpleNamespace(gate=gate), terminal(to_stderr=True))


@pytest.mark.parametrize("lines", [None, "", "\n", "\n\n\n"])
def test_when_no_line_can_come_the_key_goes_up_and_it_is_said(
    gate: largesc.talk_gate,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    lines: str | None,
) -> None:
    strokes: list[bool] = []
    strike_once = gate.strike
    monkeypatch.setattr(gate, "strike", lambda: (strike_once(), strokes.append(True)))
    monkeypatch.setattr(sys, "stdin", None if lines is None else io.StringIO(lines))
    is_up_for_good = strike(gate, monkeypatch)
    assert is_up_for_good()
    assert len(strokes) == len(lines or "")
    assert not gate._key.is_pressed
    assert "standard input has ended" in capsys.readouterr().err


def test_other_manners_listen_to_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    def never() -> None:
        raise AssertionError

    monkeypatch.setattr(sys, "stdin", SimpleNamespace(__iter__=never))
    assert not strike(largesc.talk_gate("voice"), monkeypatch)()


def test_a_transmitter_whose_key_cannot_come_any_more_ends_and_says_why(
    run_largesc: Largesc, speech_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    target = tmp_path / "sent.sigmf-meta"
    done = run_largesc("transmit", speech_file, "--to", target, "--key", "enter")
    assert (done.returncode, "nothing was sent: " in done.stderr) == (1, True), done.stderr
