# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The smoke experiment, run once by its command for all tests that look at it."""

from functools import cache
from pathlib import Path

import pytest
from conftest import Largesc


@cache
def smoke_run(
    run_largesc: Largesc, corpus: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str]:
    """Folder of the run, and what the terminal showed."""
    folder = tmp_path_factory.mktemp("smoke") / "run"
    options = ["--corpus", corpus, "--out", folder, "--workers", 2]
    done = run_largesc("evaluate", "run", "smoke", *options)
    assert done.returncode == 0, done.stderr
    return folder, done.stdout
