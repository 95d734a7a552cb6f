# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Command lines in this process, and ``largesc`` as a process of its own; both answer alike."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from gnuradio.largesc.commands.main import main
from typer.testing import CliRunner

PROGRAM = Path(sys.executable).parent / "largesc"
Done = subprocess.CompletedProcess[str]


def run_here(
    *arguments: object, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> Done:
    """Runs ``largesc`` through its entry point, in this process: no start, same answers.

    What is no mistake of a user's is raised. ``env`` is added to the environment.
    """
    return run_entry(main, *arguments, cwd=cwd, env=env)


def run_entry(
    entry: Callable[[list[str]], None],
    *arguments: object,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Done:
    """Runs a program's entry point in this process, as :func:`run_here` does for ``largesc``."""
    command = [str(argument) for argument in arguments]
    folder = contextlib.nullcontext() if cwd is None else contextlib.chdir(cwd)
    status: object = 0
    with folder, CliRunner().isolation(env=env) as (stdout, stderr, *_):
        try:
            entry(command)
        except SystemExit as end:
            status = end.code
        if isinstance(status, str):  # what Python does with it at the end of a process
            print(status, file=sys.stderr)
            status = 1
        sys.stdout.flush()
        sys.stderr.flush()
        said, complained = (stream.getvalue().decode() for stream in (stdout, stderr))
    assert isinstance(status, int | None)
    return subprocess.CompletedProcess(command, status or 0, said, complained)


def run_process(
    *arguments: object, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> Done:
    """Runs the installed ``largesc`` as a user does; ``env`` is added to the environment."""
    command = [str(PROGRAM), *map(str, arguments)]
    environment = os.environ | (env or {})
    return subprocess.run(
        command, capture_output=True, text=True, timeout=300, cwd=cwd, env=environment
    )
