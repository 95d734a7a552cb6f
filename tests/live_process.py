# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``largesc send`` and ``largesc listen`` as processes of their own.

A process starts as the installed program, or as a fork of one that has loaded the libraries
already: the same entry point, a third of the computing time.
"""

import json
import multiprocessing
import os
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any

PATIENCE_S = 90.0  # only a test that fails waits so long
PROGRAM = Path(sys.executable).parent / "largesc"
FORKS = multiprocessing.get_context("forkserver")
# Not GNU Radio: its import starts threads, and those do not survive a fork.
FORKS.set_forkserver_preload(["torch", "moshi.models", "rich.console", "soundfile", "typer"])


class LiveProcess(ABC):
    """A running command; what it says goes to a file."""

    def __init__(self, folder: Path, *arguments: object):
        name = f"{arguments[0]}-{time.monotonic_ns()}"
        self.figures_file, self._log = folder / f"{name}.json", folder / f"{name}.log"
        self._log.touch()
        self.pid = self._start([*map(str, arguments), "--json", str(self.figures_file)])

    @abstractmethod
    def _start(self, arguments: list[str]) -> int:
        """Starts it and returns its number."""

    @abstractmethod
    def status(self, patience: float = 0.0) -> int | None:
        """Exit status, minus the number of the signal that ended it, or None if it runs on."""

    def url(self) -> str:
        """The address that it says it uses; waits until it says so."""

        def said() -> list[str]:
            lines = self.output().splitlines(keepends=True)
            found = [line for line in lines if " at " in line or " to " in line]
            if not found and self.status() is not None:
                raise AssertionError(self.output())
            return [line.split()[-1] for line in found if line.endswith("\n")]

        wait_until(lambda: bool(said()), "the address")
        return said()[0]

    def port(self) -> int:
        return int(self.url().rsplit(":", 1)[1])

    def end(self, signal: int | None = None) -> dict[str, Any]:
        """Waits for a clean end, after a signal if one is named; returns the figures."""
        if signal is not None:
            os.kill(self.pid, signal)
        assert self.status(PATIENCE_S) == 0, self.output()
        assert "Traceback" not in self.output(), self.output()
        assert "rror" not in self.output(), self.output()
        return json.loads(self.figures_file.read_text())

    @abstractmethod
    def kill(self) -> None:
        """Ends it at once, if it still runs."""

    def output(self) -> str:
        return self._log.read_text()


class Program(LiveProcess):
    """The installed program."""

    def _start(self, arguments: list[str]) -> int:
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [str(PROGRAM), *arguments], stderr=log, stdout=subprocess.DEVNULL
            )
        return self._process.pid

    def status(self, patience: float = 0.0) -> int | None:
        try:
            return self._process.wait(patience)
        except subprocess.TimeoutExpired:
            return None

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


class Fork(LiveProcess):
    """The program's entry point in a fork of a process that has loaded the libraries."""

    def _start(self, arguments: list[str]) -> int:
        self._process = FORKS.Process(target=_run, args=(str(self._log), arguments))
        self._process.start()
        assert self._process.pid is not None
        return self._process.pid

    def status(self, patience: float = 0.0) -> int | None:
        self._process.join(patience)
        return self._process.exitcode

    def kill(self) -> None:
        self._process.kill()
        self._process.join()


def _run(log: str, arguments: list[str]) -> None:
    """What a fork does: it has standard output and error of its own, and ends as the program."""
    for path, descriptor in ((os.devnull, 1), (log, 2)):
        os.dup2(os.open(path, os.O_WRONLY), descriptor)
    from gnuradio.largesc.commands.main import main  # with GNU Radio: here, not before the fork

    main(arguments)


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Waits for what other processes do."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"in vain waited for {what}")
        time.sleep(0.02)
