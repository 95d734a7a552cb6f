# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finished units on disk: what a run that was stopped need not do again."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from .rows import METADATA_KEY, Row, table_of


def write_atomically(path: Path, content: bytes) -> None:
    """The file is there as a whole or not at all, whenever the process is killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_bytes(content)
    beside.replace(path)


def write_table(path: Path, table: pa.Table) -> None:
    """A Parquet file, atomically."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    write_atomically(path, sink.getvalue().to_pybytes())


class Parts:
    """The parts of a run directory, one Parquet file for every finished unit.

    Args:
        folder: where they are; made if it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, unit: str) -> Path:
        """File of a unit."""
        return self._folder / f"{unit}.parquet"

    def write(self, unit: str, rows: Sequence[Row], about: dict[str, Any]) -> None:
        """Keeps a unit's rows, and what is to be known of how they were made."""
        write_table(self.path(unit), table_of(rows, json.dumps(about).encode()))

    def read(self, unit: str) -> pa.Table | None:
        """A unit's rows; None if it is not finished or its file is damaged."""
        try:
            return pq.read_table(self.path(unit))
        except (OSError, pa.ArrowException):
            return None

    def about(self, unit: str) -> dict[str, Any] | None:
        """What :meth:`write` got with the rows; None as for :meth:`read`."""
        table = self.read(unit)
        return None if table is None else metadata_of(table)


def metadata_of(table: pa.Table) -> dict[str, Any]:
    """What is known of a table of rows beside the rows."""
    values: dict[str, Any] = json.loads(table.schema.metadata[METADATA_KEY])
    return values
