# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counters as they are shown: those that have counted anything."""

from collections.abc import Mapping


def nonzero(counts: Mapping[str, int]) -> dict[str, int]:
    """Counts above 0, by name.

    Others may count meanwhile: it looks at a copy, which Python makes in one go.
    """
    return {name: count for name, count in dict(counts).items() if count}
