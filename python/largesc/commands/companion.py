# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""``largesc companion``: GNU Radio Companion that finds this module, wherever it is installed."""

import os
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from .installation import grc_blocks_folder

DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY")


def companion_command(
    arguments: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE.grc",
            help="Flowgraphs to open; options of gnuradio-companion are passed on, "
            "`-- --help` shows them.",
        ),
    ] = None,
) -> None:
    """Starts GNU Radio Companion with this module's blocks, wherever it is installed."""
    given = arguments or []
    program = shutil.which("gnuradio-companion")
    if program is None:
        raise OSError("gnuradio-companion is not installed (Debian package gnuradio)")
    for name in given:
        if name.endswith(".grc") and not Path(name).is_file():
            raise ValueError(f"{name}: no such flowgraph")
    if not {"-h", "--help"}.intersection(given) and not any(map(os.environ.get, DISPLAYS)):
        raise OSError(
            "Companion needs a graphical session: neither DISPLAY nor WAYLAND_DISPLAY is set; "
            "`grcc FILE.grc` makes a program of a flowgraph without one"
        )
    environment = companion_environment(dict(os.environ))
    # Through this Python: Companion runs flowgraphs with the interpreter it runs in itself.
    os.execve(sys.executable, [sys.executable, program, *given], environment)


def companion_environment(environment: dict[str, str]) -> dict[str, str]:
    """The environment with the block files of this installation on Companion's path."""
    paths = [str(grc_blocks_folder())]
    if environment.get("GRC_BLOCKS_PATH"):
        paths.append(environment["GRC_BLOCKS_PATH"])
    return environment | {"GRC_BLOCKS_PATH": os.pathsep.join(paths)}
