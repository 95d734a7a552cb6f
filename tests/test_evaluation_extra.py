# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Evaluation is an extra: blocks and the other commands need nothing of it."""

import subprocess
import sys

import pytest

# Not among them: pydantic, which typer needs itself, and yaml, which the hub's library needs.
HEAVY = (
    "dask", "distributed", "faster_whisper", "jiwer", "jinja2", "pandas", "pyarrow", "pycodec2",
    "speechmos", "visqol",
)  # fmt: skip

BLOCKED = f"""
import sys

class NotInstalled:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {HEAVY!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, NotInstalled())
"""


def run(script: str) -> subprocess.CompletedProcess[str]:
    """A script in a Python without the extra's packages."""
    command = [sys.executable, "-c", BLOCKED + script]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def test_blocks_import_without_the_extra() -> None:
    script = "import gnuradio.largesc as l\nl.mimi_encoder, l.uep_packetizer, l.moshi_recovery\n"
    script += "assert not [m for m in sys.modules if m.startswith('gnuradio.largesc.evaluation')]"
    done = run(script)
    assert done.returncode == 0, done.stderr


def main(*arguments: str) -> subprocess.CompletedProcess[str]:
    script = f"sys.argv = {['largesc', *arguments]!r}\n"
    return run(script + "from gnuradio.largesc.commands.main import main\nmain()")


def test_other_commands_run_without_the_extra() -> None:
    done = main("checkpoints", "list")
    assert done.returncode == 0, done.stderr
    assert "mini" in done.stdout
    for command in ("evaluate", "corpus"):
        assert main(command, "--help").returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("evaluate", "run", "smoke", "--out", "nowhere"),
        ("evaluate", "report", "nowhere"),
        ("evaluate", "list"),
        ("corpus", "build"),
        ("corpus", "show"),
    ],
    ids=" ".join,
)
def test_without_the_extra_the_command_says_how_to_get_it(arguments: tuple[str, ...]) -> None:
    done = main(*arguments)
    assert done.returncode != 0
    assert "scripts/setup --evaluation" in done.stderr
    assert "Traceback" not in done.stderr
