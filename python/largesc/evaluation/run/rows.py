# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows: one for every system, loss, seed and file, as a table for Parquet files."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

Row = dict[str, Any]

METADATA_KEY = b"largesc"
ROWS_VERSION = 2  # of what rows tell: 1 did not tell families and axes of channels

# Columns that every row has; docs/evaluation.md says what is in them.
COLUMNS = pa.schema(
    [
        ("experiment", pa.string()),
        ("system", pa.string()),
        ("kind", pa.string()),
        ("loss", pa.string()),
        ("loss_rate", pa.float64()),
        ("channel_family", pa.string()),
        ("channel_settings", pa.string()),
        ("axis", pa.string()),
        ("axis_value", pa.float64()),
        ("seed", pa.int64()),
        ("subset", pa.string()),
        ("file", pa.string()),
        ("reader", pa.string()),
        ("language", pa.string()),
        ("text", pa.string()),
        ("seconds", pa.float64()),
        ("packets", pa.int64()),
        ("lost", pa.int64()),
        ("bits", pa.int64()),
        ("token_bits", pa.int64()),
        ("packet_seconds", pa.float64()),
        ("latency_seconds", pa.float64()),
        ("encode_seconds", pa.float64()),
        ("decode_seconds", pa.float64()),
        ("problem", pa.string()),
    ]
)

# Of the metrics that come with the module; another metric's type is that of its values.
METRIC_COLUMNS = pa.schema(
    [
        ("words", pa.int64()),
        ("substitutions", pa.int64()),
        ("insertions", pa.int64()),
        ("deletions", pa.int64()),
        ("transcript", pa.string()),
        ("items", pa.int64()),
        ("items_correct", pa.int64()),
        ("plcmos", pa.float64()),
        ("visqol", pa.float64()),
        ("visqol_to_lossless", pa.float64()),
        ("speaker_similarity", pa.float64()),
        ("log_mel_distance", pa.float64()),
    ]
)


def table_of(rows: Sequence[Row], metadata: bytes = b"{}") -> pa.Table:
    """Rows as a table; what a row lacks is null.

    Args:
        rows: with any of the columns above, and any columns of other metrics.
        metadata: JSON that goes with the table.
    """
    others = {column: None for row in rows for column in row}
    known = [*COLUMNS, *METRIC_COLUMNS]
    names = {field.name for field in known}
    fields = known + [
        pa.field(column, _type_of([row.get(column) for row in rows]))
        for column in others
        if column not in names
    ]
    schema = pa.schema(fields, metadata={METADATA_KEY: metadata})
    return pa.Table.from_pylist(list(rows), schema=schema)


def joined(tables: Sequence[pa.Table], metadata: bytes) -> pa.Table:
    """Tables one after the other, with the columns of all of them, and new metadata."""
    table = pa.concat_tables(tables, promote_options="permissive")
    return table.replace_schema_metadata({METADATA_KEY: metadata})


def _type_of(values: Sequence[Any]) -> pa.DataType:
    there = [value for value in values if value is not None]
    if not there:
        return pa.null()
    if all(isinstance(value, int) for value in there):
        return pa.int64()
    return pa.string() if any(isinstance(value, str) for value in there) else pa.float64()
