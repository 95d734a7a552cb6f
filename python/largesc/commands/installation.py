# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where this copy of the module is installed."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
LISTING = Path("share") / "gr-largesc" / "installed_files.txt"  # below the prefix, one per line


def prefix() -> Path:
    """Installation prefix: the nearest folder above the package that has ``share/gnuradio``.

    Raises:
        OSError: there is none (a source tree, say).
    """
    for folder in PACKAGE.parents:
        if (folder / "share" / "gnuradio" / "grc" / "blocks").is_dir():
            return folder
    raise OSError(f"no installation around {PACKAGE}: build and install the module first")


def left_over() -> list[Path]:
    """Modules in the package's folder that this installation did not put there.

    Compiled ones are no part of it any more; others are known where the installation has left a
    list of its files.
    """
    compiled = sorted(PACKAGE.glob("*.so"))
    try:
        top = prefix()
        listed = (top / LISTING).read_text(encoding="utf-8").splitlines()
    except OSError:
        return compiled
    installed = {top / name for name in listed}
    return compiled + sorted(set(PACKAGE.rglob("*.py")) - installed)


def grc_blocks_folder() -> Path:
    """Folder of the ``.block.yml`` files."""
    return prefix() / "share" / "gnuradio" / "grc" / "blocks"
