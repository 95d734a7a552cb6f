# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kernels from a source tree on a machine without GNU Radio, as training uses them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "python"

# What stands before each script: GNU Radio is not there, whatever is installed.
BLOCKED = """
import sys

class NotInstalled:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("gnuradio", "pmt"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, NotInstalled())
"""


def run(script: str) -> str:
    """What a script prints in a Python without GNU Radio."""
    path = os.pathsep.join([str(SOURCE), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = os.environ | {"PYTHONPATH": path}
    finished = subprocess.run(
        [sys.executable, "-c", BLOCKED + script],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


ROOMS = ["frame", "codec", "audio", "corpus", "link", "recovery", "speech_link"]


@pytest.mark.parametrize("package", ROOMS)
@pytest.mark.slow
def test_every_module_of_a_kernel_package_imports(package: str) -> None:
    script = f"""
import importlib, pkgutil
package = importlib.import_module("largesc.{package}")
for module in pkgutil.walk_packages(package.__path__, "largesc.{package}."):
    print(importlib.import_module(module.name).__file__)
assert not [name for name in sys.modules if name.split(".")[0] in ("gnuradio", "pmt")]
"""
    imported = {Path(line) for line in run(script).split()}
    there = set((SOURCE / "largesc" / package).rglob("*.py"))
    assert imported == there - {SOURCE / "largesc" / package / "__init__.py"}


@pytest.mark.slow
def test_of_radio_all_imports_but_what_runs_devices() -> None:
    """Profiles, push-to-talk and kernels; front ends are GNU Radio's blocks."""
    folder = SOURCE / "largesc" / "radio"
    kernels = [
        ".".join(path.relative_to(SOURCE).with_suffix("").parts)
        for path in folder.rglob("*.py")
        if path.parent.name != "front_ends"
        and not any(text in path.read_text() for text in ("from gnuradio", ".radio_station import"))
    ]
    assert len(kernels) >= 20
    run(f"import importlib\nfor name in {kernels}: importlib.import_module(name)")


@pytest.mark.slow
def test_speech_goes_through_codec_and_recovery() -> None:
    script = """
import numpy as np
from largesc.codec.checkpoint import load_codec
from largesc.frame.tokens import no_tokens
from largesc.recovery.strategies.strategy_by_name import make_recovery
codec, recovery = load_codec("mini"), make_recovery("hold")
frame = np.sin(np.arange(1920) * 0.05).astype(np.float32)
tokens = codec.encode(frame).tokens
recovery.push(tokens, tokens)
held = recovery.push(no_tokens(), no_tokens())
assert (held == tokens).all()
print(codec.decode(held).shape)
"""
    assert run(script).strip() == "(1920,)"


def test_package_says_that_the_blocks_are_not_there() -> None:
    script = """
import largesc
print(hasattr(largesc, "mimi_encoder"))
"""
    assert run(script).strip() == "False"
