# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``largesc send`` and ``largesc listen`` as processes of their own."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PATIENCE_S = 90.0  # only a test that fails waits so long
PROGRAM = Path(sys.executable).parent / "largesc"


class LiveProcess:
    """A running command; its lines are read as they come."""

    def __init__(self, folder: Path, *arguments: object):
        self.figures_file = folder / f"{arguments[0]}-{time.monotonic_ns()}.json"
        command = [str(PROGRAM), *map(str, arguments), "--json", str(self.figures_file)]
        self.process = subprocess.Popen(
            command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def url(self) -> str:
        """The address that it says it uses; waits until it says so."""

        def said() -> list[str]:
            found = [line.split()[-1] for line in self.lines if " at " in line or " to " in line]
            if not found and self.process.poll() is not None:
                raise AssertionError(self.output())
            return found

        wait_until(lambda: bool(said()), "the address")
        return said()[0]

    def port(self) -> int:
        return int(self.url().rsplit(":", 1)[1])

    def end(self, signal: int | None = None) -> dict[str, Any]:
        """Waits for a clean end, after a signal if one is named; returns the figures."""
        if signal is not None:
            self.process.send_signal(signal)
        status = self.process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        assert status == 0, self.output()
        assert "Traceback" not in self.output(), self.output()
        assert "rror" not in self.output(), self.output()
        return json.loads(self.figures_file.read_text())

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join(PATIENCE_S)

    def output(self) -> str:
        return "\n".join(self.lines)

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line.rstrip())


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Waits for what other processes do."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"in vain waited for {what}")
        time.sleep(0.02)
