# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``largesc companion``: GNU Radio Companion that finds this module, wherever it is installed."""

import os
import shutil
import sys

import typer

from .installation import grc_blocks_folder


def companion_command(context: typer.Context) -> None:
    """Starts GNU Radio Companion with every path set; arguments are passed on."""
    program = shutil.which("gnuradio-companion")
    if program is None:
        raise OSError("gnuradio-companion is not installed (Debian package gnuradio)")
    environment = companion_environment(dict(os.environ))
    # Through this Python: Companion runs flowgraphs with the interpreter it runs in itself.
    os.execve(sys.executable, [sys.executable, program, *context.args], environment)


def companion_environment(environment: dict[str, str]) -> dict[str, str]:
    """The environment with the block files of this installation on Companion's path."""
    paths = [str(grc_blocks_folder())]
    if environment.get("GRC_BLOCKS_PATH"):
        paths.append(environment["GRC_BLOCKS_PATH"])
    return environment | {"GRC_BLOCKS_PATH": os.pathsep.join(paths)}
