# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Evaluation is an extra: blocks and the other commands need nothing of it."""

import json
import subprocess
import sys
from typing import NamedTuple

import pytest

pytestmark = pytest.mark.slow

# Not among them: pydantic and yaml, which the rest needs as well.
HEAVY = (
    "dask", "distributed", "faster_whisper", "jiwer", "jinja2", "pandas", "pyarrow", "pycodec2",
    "speechmos", "visqol",
)  # fmt: skip
WITH_EXTRA = [
    ["evaluate", "run", "smoke", "--out", "nowhere"],
    ["evaluate", "report", "nowhere"],
    ["evaluate", "list"],
]
WITHOUT = [["checkpoints", "list"], ["evaluate", "--help"], ["corpus", "build", "--help"]]

# One process for all: each answers in JSON what it would have said and its exit status.
SCRIPT = f"""
import contextlib, io, json, sys

class NotInstalled:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {HEAVY!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, NotInstalled())
import gnuradio.largesc as l
l.mimi_encoder, l.uep_packetizer, l.moshi_recovery
assert not [m for m in sys.modules if m.startswith("gnuradio.largesc.evaluation")]

from gnuradio.largesc.commands.main import main
answers = {{}}
for line in {WITHOUT + WITH_EXTRA!r}:
    said, complained, status = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(complained):
        try:
            main(line)
        except SystemExit as end:
            status = end.code or 0
    answers[" ".join(line)] = [status, said.getvalue(), complained.getvalue()]
print(json.dumps(answers))
"""


class Answer(NamedTuple):
    """Exit status and what was written."""

    status: int
    stdout: str
    stderr: str


@pytest.fixture(scope="module")
def answers() -> dict[str, Answer]:
    """Of every command, in a Python without the extra's packages that imports the blocks first."""
    command = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return {line: Answer(*answer) for line, answer in json.loads(done.stdout).items()}


@pytest.mark.parametrize("line", WITHOUT, ids=" ".join)
def test_other_commands_run_without_the_extra(answers: dict[str, Answer], line: list[str]) -> None:
    answer = answers[" ".join(line)]
    assert answer.status == 0, answer.stderr
    assert ("mini" if line[0] == "checkpoints" else "Usage") in answer.stdout


@pytest.mark.parametrize("line", WITH_EXTRA, ids=" ".join)
def test_without_the_extra_the_command_says_how_to_get_it(
    answers: dict[str, Answer], line: list[str]
) -> None:
    answer = answers[" ".join(line)]
    assert answer.status != 0
    assert "scripts/setup --evaluation" in answer.stderr
    assert "Traceback" not in answer.stderr
