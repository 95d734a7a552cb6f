# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Push-to-talk on a serial line. A pseudo-terminal has no such lines: the last call is watched."""

import fcntl
import os
import pty
import struct
import termios
from collections.abc import Iterator
from typing import Any

import pytest
from gnuradio.largesc.radio.push_to_talk import open_push_to_talk

Calls = list[tuple[int, int]]
SOON_S = 5.0


@pytest.fixture
def port() -> Iterator[str]:
    master, slave = pty.openpty()
    yield os.ttyname(slave)
    os.close(master)
    os.close(slave)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """What the lines were told, in order."""
    told: Calls = []

    def ioctl(_: int, how: int, lines: bytes) -> int:
        told.append((how, *struct.unpack("i", lines)))
        return 0

    monkeypatch.setattr(fcntl, "ioctl", ioctl)
    return told


@pytest.mark.parametrize(("name", "line"), [("rts", termios.TIOCM_RTS), ("dtr", termios.TIOCM_DTR)])
def test_the_line_is_raised_during_the_over(port: str, calls: Calls, name: str, line: int) -> None:
    both = termios.TIOCM_RTS | termios.TIOCM_DTR
    with open_push_to_talk(f"{name}:{port}") as key:
        assert calls == [(termios.TIOCMBIC, both), (termios.TIOCMBIC, line)]
        key.down()
        assert key.wait(SOON_S)
        assert calls[2:] == [(termios.TIOCMBIS, line)]
    assert calls[3:] == [(termios.TIOCMBIC, line)]


def test_a_port_that_was_unplugged_is_opened_again(
    port: str, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = fcntl.ioctl
    with open_push_to_talk(f"rts:{port}") as key:

        def unplugged(*_: Any) -> int:
            raise OSError(5, "Input/output error")

        monkeypatch.setattr(fcntl, "ioctl", unplugged)
        key.down()
        assert not key.wait(0.2)
        monkeypatch.setattr(fcntl, "ioctl", watched)
        assert key.wait(SOON_S)
        assert key.is_down
        assert key.counters()["overs"] == 1
        assert key.counters()["failures"] >= 1
    assert calls[-1] == (termios.TIOCMBIC, termios.TIOCM_RTS)


def test_a_port_without_lines_is_said(port: str) -> None:
    with pytest.raises(OSError, match=f"{port}: no key on RTS"):
        open_push_to_talk(f"rts:{port}")


@pytest.mark.parametrize("device", ["/dev/null", "/nowhere/ttyUSB0"])
def test_what_is_no_port_is_said(device: str) -> None:
    with pytest.raises(OSError, match=f"{device}: no key on DTR"):
        open_push_to_talk(f"dtr:{device}")
