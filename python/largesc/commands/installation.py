# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where this copy of the module is installed."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


def prefix() -> Path:
    """Installation prefix: the nearest folder above the package that has ``share/gnuradio``.

    Raises:
        OSError: there is none (a source tree, say).
    """
    for folder in PACKAGE.parents:
        if (folder / "share" / "gnuradio" / "grc" / "blocks").is_dir():
            return folder
    raise OSError(f"no installation around {PACKAGE}: build and install the module first")


def grc_blocks_folder() -> Path:
    """Folder of the ``.block.yml`` files."""
    return prefix() / "share" / "gnuradio" / "grc" / "blocks"
