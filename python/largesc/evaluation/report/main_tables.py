# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a terminal shows of runs."""

from collections.abc import Sequence
from pathlib import Path

from .reader_tables import reader_parts
from .run_folder import load_runs
from .summary import Summary
from .tables import Table, quality_tables


def main_tables(folders: Sequence[Path]) -> list[Table]:
    """Many readers by condition first, then quality by subset and loss.

    Raises:
        ReportError: a folder is no run.
    """
    summary = Summary(load_runs(folders))
    of_readers = [table for part in reader_parts(summary) for table in part.tables]
    return [*of_readers, *quality_tables(summary)]
