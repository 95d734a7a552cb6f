# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Installation the way GNU Radio's users do it: a prefix, Debian's Python, no environment."""

import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.install]

ROOT = Path(__file__).parents[1]
DEBIAN_PYTHON = "/usr/bin/python3"


def run(*command: object, **environment: str) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        timeout=600,
        env=os.environ | environment,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture
def build():
    """Beside the other build folder, from where sources have the same names for ccache."""
    folder = ROOT / "build-of-the-tests"
    shutil.rmtree(folder, ignore_errors=True)
    yield folder
    shutil.rmtree(folder)


def test_blocks_and_command_work_from_a_prefix(build, tmp_path, speech_file):
    prefix = tmp_path / "prefix"
    options = [f"-DPYTHON_EXECUTABLE={DEBIAN_PYTHON}", f"-DCMAKE_INSTALL_PREFIX={prefix}"]
    options.append("-DBUILD_TESTING=OFF")  # the tests are built and run elsewhere
    run("cmake", "-S", ROOT, "-B", build, *options)
    run("cmake", "--build", build, "--parallel", "2")
    run("cmake", "--install", build)

    (package,) = prefix.glob("lib/python3*/*-packages/gnuradio/largesc")
    # torch and moshi come from the environment of this test; no library path is set.
    models = sysconfig.get_path("purelib")
    paths = {"PYTHONPATH": f"{package.parents[1]}:{models}", "VIRTUAL_ENV": ""}
    code = "from gnuradio import largesc; print(largesc.__file__, *largesc.__all__)"
    output = run(DEBIAN_PYTHON, "-c", code, **paths)
    assert output.startswith(str(package))
    assert "speech_transmitter" in output

    program = prefix / "bin" / "largesc"
    assert program.read_text().startswith(f"#!{DEBIAN_PYTHON}\n")
    run(program, "simulate", speech_file, tmp_path / "out.wav", "--loss", "0.3", **paths)

    blocks = prefix / "share" / "gnuradio" / "grc" / "blocks"
    example = ROOT / "examples" / "loopback_erasure.grc"
    run("grcc", "-o", tmp_path, example, GRC_BLOCKS_PATH=str(blocks))

    run("cmake", "--build", build, "--target", "uninstall")
    assert not [path for path in prefix.rglob("*") if not path.is_dir()]
    assert not package.exists()
