# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hamlib's dummy rig behind its daemon, for tests of push-to-talk."""

import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from typing import Self

import pytest

PATIENCE_S = 10.0

needs_rigctld = pytest.mark.skipif(
    shutil.which("rigctld") is None, reason="rigctld of libhamlib-utils is not installed"
)


def wait_until(holds: Callable[[], bool], what: str, patience_s: float = PATIENCE_S) -> None:
    """Waits for a condition, ten seconds at most if nothing is said."""
    deadline = time.monotonic() + patience_s
    while not holds():
        assert time.monotonic() < deadline, f"not within {patience_s:g} s: {what}"
        time.sleep(0.02)


class DummyRig:
    """A daemon that can be stopped and started anew at its port."""

    def __init__(self) -> None:
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = int(found.getsockname()[1])
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def name(self) -> str:
        """As ``open_push_to_talk`` takes it."""
        return f"rigctld:127.0.0.1:{self.port}"

    def start(self) -> None:
        command = ["rigctld", "-m", "1", "-P", "RIG", "-T", "127.0.0.1", "-t", str(self.port)]
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(command, stdout=quiet, stderr=quiet)
        wait_until(lambda: self._answer("t") == "0", "rigctld answers")

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def press(self) -> None:
        """As if a process had pressed the key and died."""
        assert self._answer("T 1") == "RPRT 0"

    def is_down(self) -> bool:
        """Whether the rig sends, asked on a connection of its own."""
        return self._answer("t") in ("1", "2", "3")

    def _answer(self, command: str) -> str:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 2.0) as connection:
                connection.sendall(f"{command}\n".encode())
                return connection.recv(100).decode().strip()
        except OSError:
            return ""
