# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may be said to a sender while it runs: settings by name, and a receiver's report."""

from collections.abc import Mapping
from typing import Any

from ..frame.report import REPORT_NAMES, Report

CHANGEABLE = frozenset(("n_primary", "n_redundant", "lag", "code", "budget", "text", "message"))


def read_control(values: Mapping[str, Any]) -> tuple[dict[str, Any], Report | None]:
    """Settings of CHANGEABLE that are among the values, and the report, if there is one.

    Raises:
        ValueError: an unknown name, or no report.
    """
    reported = {name: value for name, value in values.items() if name in REPORT_NAMES}
    chosen = {name: value for name, value in values.items() if name not in REPORT_NAMES}
    unknown = set(chosen) - CHANGEABLE
    if unknown:
        allowed = ", ".join(sorted(CHANGEABLE))
        raise ValueError(f"{min(unknown)!r} is no setting to change here: {allowed}")
    return chosen, Report.of_dict(reported) if reported else None
