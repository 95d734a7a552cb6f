# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The SoapySDR driver of the tests' own, built when it is needed; and devices of it."""

import atexit
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).parent / "soapy_loopback" / "loopback.cc"
FREQUENCY = 433.5e6
LOW_RATE = 200_000  # samples/s; a HackRF's ten times as many cost as much more computing


@cache
def driver_folder() -> Path:
    """Folder with the driver, which SoapySDR then finds; built once per process, or from ccache."""
    # SoapySDR takes a folder whose name ends in "so" for a driver.
    folder = Path(tempfile.mkdtemp(prefix="largesc-soapy-", suffix=".d"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    compiler = [*(["ccache"] if shutil.which("ccache") else []), "g++"]
    built = folder / "loopback.o"
    flags = ["-std=c++17", "-O2", "-Wall", "-Wextra", "-Werror", "-fPIC"]
    run([*compiler, *flags, "-c", str(SOURCE), "-o", str(built)])
    run(["g++", "-shared", str(built), "-lSoapySDR", "-o", str(folder / "libloopback.so")])
    os.environ["SOAPY_SDR_PLUGIN_PATH"] = str(folder)
    return folder


def run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def loopback_device(ether: Path, station: str, **arguments: object) -> str:
    """Name of a device of the driver; who has the same ether hears it."""
    driver_folder()
    told = {"lowest": LOW_RATE, "ether": ether, "station": station} | arguments
    return "soapy:driver=largesc_loopback," + ",".join(f"{n}={v}" for n, v in told.items())
