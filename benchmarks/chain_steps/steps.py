# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured of a chain: commands, the documents they make, and how long they take."""

import hashlib
import json
import shlex
import subprocess
import sys
import time
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from yaml import safe_load

CHECKOUT = Path(__file__).resolve().parents[2]
STEPS = Path(__file__).with_name("steps.yaml")


class Step(BaseModel):
    """A part of a chain's figures.

    Attributes:
        name: of the step, and of its log.
        about: what it shows.
        minutes: that it took on two cores.
        documents: it makes, in the chain's folder of results.
        commands: each goes on where it was stopped.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    about: str
    minutes: float = Field(gt=0)
    documents: tuple[str, ...]
    commands: tuple[str, ...]

    def argv(self, runs: Path, results: Path) -> list[list[str]]:
        """Its commands with their places, programs by their paths."""
        places = {"runs": runs, "results": results}
        parts = [shlex.split(command.format(**places)) for command in self.commands]
        programs = Path(sys.executable).parent
        return [[str(programs / first), *rest] for first, *rest in parts]


def read_steps() -> list[Step]:
    """The steps of steps.yaml, in its order."""
    return TypeAdapter(list[Step]).validate_python(safe_load(STEPS.read_text("utf-8")))


def chain_hash(checkpoint: Path) -> str:
    """Of every file of a checkpoint but its model card: other weights, other figures."""
    digest = hashlib.sha256()
    for path in sorted(checkpoint.iterdir()):
        if path.is_file() and path.suffix != ".md":
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


class Record:
    """Which steps are done, in a folder; for other weights none is.

    Args:
        folder: of the runs.
        chain: hash of the weights.

    Raises:
        ValueError: the folder has runs of other weights.
    """

    def __init__(self, folder: Path, chain: str):
        self._path, self._done = folder / "steps.json", {"chain": chain}
        if self._path.is_file():
            self._done = json.loads(self._path.read_text("utf-8"))
        if self._done["chain"] != chain:
            raise ValueError(f"{folder} has runs of other weights: name another folder")

    def minutes_of(self, step: Step) -> float | None:
        """How long it took; None if it is not done."""
        return self._done.get(step.name)

    def note(self, step: Step, minutes: float) -> None:
        """It is done."""
        self._done[step.name] = round(minutes, 1)
        self._path.write_text(json.dumps(self._done, indent=2) + "\n", "utf-8")


def run_step(step: Step, runs: Path, results: Path) -> float | None:
    """Runs a step's commands from the checkout, into ``RUNS/NAME.log``.

    Returns:
        Minutes that they took; None if one failed.
    """
    began = time.monotonic()
    with (runs / f"{step.name}.log").open("a", encoding="utf-8") as log:
        for argv in step.argv(runs, results):
            log.write(f"$ {shlex.join(argv)}\n")
            log.flush()
            ended = subprocess.run(argv, cwd=CHECKOUT, stdout=log, stderr=log, check=False)
            if ended.returncode:
                return None
    return (time.monotonic() - began) / 60.0
