# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told of the key, so that it is released when this process no longer can."""

import subprocess
from collections.abc import Sequence
from contextlib import suppress

ENDS_WITHIN_S = 1.0


class ReleaseGuard:
    """Talks to a release process (release_process.py); without a command there is none.

    It has a session of its own: what ends this process from a terminal does not end it.
    """

    def __init__(self, command: Sequence[str]):
        self._command = command
        self._process = self._started() if command else None

    def tell(self, is_down: bool) -> None:
        """The key is down (to be said once a second), or up; replaces a process that was ended."""
        if self._process is None:
            return
        try:
            self._say(is_down)
        except OSError:
            self._process = self._started()
            self._say(is_down)

    def close(self) -> None:
        """No more will be told; if the key was down last, the process goes on until it is up."""
        if self._process is None or self._process.stdin is None:
            return
        with suppress(OSError):
            self._process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(ENDS_WITHIN_S)

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,
        )

    def _say(self, is_down: bool) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.write(b"d" if is_down else b"u")
