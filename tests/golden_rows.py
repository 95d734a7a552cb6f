# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Golden rows: what a run once found, for tests that hold later versions to it.

``python tests/golden_rows.py RUN > tests/golden/rows-NAME.json`` makes a file of a run's folder, on
the machine of the run. Figures of floating point are the same bit for bit on such a machine only.
"""

import json
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

GOLDEN = Path(__file__).parent / "golden"
TIMES = ("encode_seconds", "decode_seconds", "recovery_seconds")
KEY = ("system", "loss", "seed", "subset", "file")
TOLERANCE = 1e-3  # of figures on another machine
# RNNoise has code for each kind of processor, which rounds otherwise: where noise is suppressed a
# rounding decides between two tokens that are nearly as good.
OTHER_TOKENS = {
    "plcmos": 0.2,
    "visqol": 0.1,
    "visqol_to_lossless": 0.1,
    "speaker_similarity": 0.03,
    "log_mel_distance": 0.1,
}
# What the recogniser hears of broken speech is decided by the last digit.
HEARD = ("transcript", "substitutions", "insertions", "deletions")
HEARD_SHARE = 1 / 3  # of the words, by which errors may differ on another machine
Row = dict[str, Any]


def this_machine() -> dict[str, str]:
    """What decides how sums are rounded: the processor, and who computes on it."""
    names = ("model name", "cpu family", "model", "stepping")
    told = {}
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        told.setdefault(name.strip(), value.strip())
    cpu = ", ".join(told.get(name, "?") for name in names)
    return {"cpu": cpu} | {name: metadata.version(name) for name in ("torch", "numpy")}


def kept(rows: Sequence[Row]) -> list[Row]:
    """Rows of systems without times and without what they do not tell, in the order of keys."""
    told = [
        {k: v for k, v in row.items() if v is not None and k not in TIMES}
        for row in rows
        if row["system"]  # else it is of a file that the corpus had to skip
    ]
    return sorted(told, key=lambda row: [str(row.get(name, "")) for name in KEY])


def read_golden(name: str) -> dict[str, Any]:
    """A file of tests/golden."""
    return json.loads((GOLDEN / f"{name}.json").read_text())


def differences(
    golden: dict[str, Any], rows: Sequence[Row], noise_suppressed: str = ""
) -> list[str]:
    """In words, what golden rows tell otherwise; columns that they do not have are not looked at.

    Whole numbers and texts must be the same. So must other figures on the machine that made the
    golden rows; on another they may be TOLERANCE off, and of broken speech other words be heard.
    Rows of the kind ``noise_suppressed`` may there be as far off as OTHER_TOKENS.
    """
    is_same_machine = golden["machine"] == this_machine()
    before, now = golden["rows"], kept(rows)
    if len(before) != len(now):
        return [f"{len(now)} rows instead of {len(before)}"]
    return [
        f"{[one.get(name) for name in KEY]}: {column} is {other.get(column)!r}, was {value!r}"
        for one, other in zip(before, now, strict=True)
        for column, value in _compared(one, other, is_same_machine)
        if not _agree(
            value,
            other.get(column),
            0.0 if is_same_machine else _tolerance(column, one.get("kind") == noise_suppressed),
        )
    ]


def _tolerance(column: str, has_other_tokens: bool) -> float:
    """Of a figure on another machine."""
    return OTHER_TOKENS.get(column, TOLERANCE) if has_other_tokens else TOLERANCE


def _compared(before: Row, now: Row, is_same_machine: bool) -> list[tuple[str, Any]]:
    """Columns that must agree."""
    is_heard_alike = (
        not is_same_machine
        and _wrong(before) > 0  # what was understood without an error has none anywhere
        and abs(_wrong(before) - _wrong(now)) <= HEARD_SHARE * before["words"]
    )
    return [item for item in before.items() if not (is_heard_alike and item[0] in HEARD)]


def _wrong(row: Row) -> int:
    return sum(row.get(kind) or 0 for kind in HEARD[1:])


def _agree(before: Any, now: Any, tolerance: float) -> bool:
    if isinstance(before, float) and isinstance(now, float):
        return abs(before - now) <= tolerance
    return bool(before == now)


def main() -> None:
    """Writes golden rows of a run."""
    rows = pq.read_table(Path(sys.argv[1]) / "rows.parquet").to_pylist()
    values = {"machine": this_machine(), "rows": kept(rows)}
    print(json.dumps(values, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
