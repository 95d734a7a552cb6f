# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Example flowgraphs as programs: compiled by grcc, run without display."""

import importlib.util
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

EXAMPLES = {path.stem: path for path in (Path(__file__).parents[1] / "examples").glob("*.grc")}
# Where the environment does not say otherwise, the module as installed, in the prefix of the Python
# that runs the tests.
INSTALLED_BLOCKS = Path(sys.prefix) / "share" / "gnuradio" / "grc" / "blocks"
WAV_HEADER = 44
START_TIMEOUT = 90.0  # s; a cold start reads torch and the model from disk


def compile_example(example: Path, folder: Path) -> Path:
    """The program that grcc makes of it."""
    environment = {"GRC_BLOCKS_PATH": str(INSTALLED_BLOCKS)} | os.environ
    done = subprocess.run(
        ["grcc", "-o", str(folder), str(example)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / f"{example.stem}.py"


def flowgraph_class(program: Path) -> Any:
    """The flowgraph of a program that grcc made; it has the file's name."""
    spec = importlib.util.spec_from_file_location(program.stem, program)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, program.stem)


class Program:
    """A generated program, running without display."""

    def __init__(self, path: Path, *arguments: str):
        self.log = path.with_suffix(".log")
        environment = os.environ | {
            "QT_QPA_PLATFORM": "offscreen",
            "XDG_CONFIG_HOME": str(path.parent),  # Qt keeps the window's geometry there
        }
        with self.log.open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, str(path), *arguments],
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait_for_samples(self, recording: Path, samples: int) -> None:
        """Returns when the recording has grown to so many samples."""
        deadline = time.monotonic() + START_TIMEOUT
        while not recording.exists() or (recording.stat().st_size < WAV_HEADER + 2 * samples):
            assert self._process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.1)

    def wait(self) -> int:
        """Waits until it ends by itself; returns the exit status."""
        return self._process.wait(timeout=START_TIMEOUT)

    def terminate(self) -> int:
        """Asks it to end, as a session manager does; returns the exit status."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(timeout=20)

    def kill(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
