# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The package largesc_kernels: what it is made of, its type stubs, and its wheel."""

import re
import subprocess
import sys
from pathlib import Path

import largesc_kernels
import pybind11_stubgen
import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "packaging" / "kernels"
ROOMS = ("fec", "packet", "playout", "loss", "fading", "modem")
KERNELS = ["include/gnuradio/largesc", *(f"lib/{room}" for room in ROOMS)]
BINDINGS = "lib/bindings"
OF_GNU_RADIO = re.compile(r'#include\s*[<"](gnuradio/(?!largesc/)|pmt/|volk/)')


def test_kernels_and_bindings_include_nothing_of_gnu_radio() -> None:
    sources = [
        file
        for room in [*KERNELS, BINDINGS]
        for file in (ROOT / room).rglob("*")
        if file.suffix in (".h", ".cc")
    ]
    assert len(sources) > 60
    assert [file for file in sources if OF_GNU_RADIO.search(file.read_text())] == []


def test_package_offers_all_that_is_bound() -> None:
    bound = {name for name in dir(largesc_kernels._largesc_kernels) if not name.startswith("_")}
    offered = set(largesc_kernels.__all__)
    assert offered - {"__version__"} == bound
    assert len(offered) == len(largesc_kernels.__all__)


def test_stubs_are_those_of_the_bindings(tmp_path: Path) -> None:
    """packaging/kernels/README.md says how to make them again."""
    module = "largesc_kernels._largesc_kernels"
    options = ["--numpy-array-use-type-var", "--exit-code", "-o", str(tmp_path)]
    pybind11_stubgen.main([module, *options])
    stubs = Path("largesc_kernels", "_largesc_kernels.pyi")
    assert declarations(PACKAGE / stubs) == declarations(tmp_path / stubs)


def declarations(stubs: Path) -> list[str]:
    """All lines but that of the version, which a release changes."""
    return [line for line in stubs.read_text().split("\n") if not line.startswith("__version__")]


# What a machine without GNU Radio can do with the wheel.
WITHOUT_GNU_RADIO = """
from importlib.util import find_spec
import largesc_kernels as kernels
assert find_spec("gnuradio") is None
codec, parser = kernels.packet_codec(crc=True), kernels.packet_parser()
playout = kernels.sequence_playout(look_ahead=1)
losses = kernels.make_loss_process("gilbert", loss_rate=0.2, burst=3, seed=1)
steps, lost = [], 0
for frame in range(500):
    sent = codec.pack(kernels.packet(frame % 128, [frame] * 8, [max(0, frame - 1)] * 4, 1))
    if losses.next_is_lost():
        lost += 1
        continue
    for says, verified, _ in parser.parse(sent):
        steps += playout.push(says, verified)
steps += playout.flush(500)
assert [step.frame for step in steps] == list(range(500))
assert str(steps[0].due.dtype) == "int16" and 60 < lost == playout.counts.lost < 140
print("played", len(steps))
"""


@pytest.mark.slow
@pytest.mark.install
def test_wheel_works_where_there_is_no_gnu_radio(tmp_path: Path) -> None:
    def run(*command: str | Path) -> str:
        done = subprocess.run(command, capture_output=True, text=True, timeout=900, cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    python = tmp_path / "venv" / "bin" / "python"
    run(sys._base_executable, "-m", "venv", tmp_path / "venv")
    run(python, "-I", "-m", "pip", "wheel", "-q", "--no-deps", "--wheel-dir", tmp_path, PACKAGE)
    (wheel,) = tmp_path.glob("largesc_kernels-*.whl")
    run(python, "-I", "-m", "pip", "install", "-q", wheel)
    assert run(python, "-I", "-c", WITHOUT_GNU_RADIO) == "played 500\n"
