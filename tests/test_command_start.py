# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The installed program starts: every command once as a process, and an error as a user sees it.

What the commands do is tested in the tests' own process (``run_largesc``), without these starts.
"""

import pytest
from command_line import run_process
from gnuradio.largesc.commands.main import app
from typer.main import get_command

COMMANDS = sorted(get_command(app).commands)


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_starts(command: str) -> None:
    done = run_process(command, "--help")
    assert done.returncode == 0, done.stderr
    assert f"Usage: largesc {command}" in done.stdout
    assert done.stderr == ""


@pytest.mark.slow
def test_without_a_command_there_is_help() -> None:
    done = run_process()
    assert done.returncode == 2
    assert all(command in done.stdout + done.stderr for command in COMMANDS)


@pytest.mark.slow
def test_an_error_is_one_line_and_status_2() -> None:
    done = run_process("simulate", "nothing.wav", "out.wav")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == ["largesc: nothing.wav: no such file"]
