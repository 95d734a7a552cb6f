# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to say of a name that nobody knows."""

from collections.abc import Iterable
from difflib import get_close_matches


def unknown_name(what: str, name: object, known: Iterable[str]) -> str:
    """Sentence that names the unknown, the nearest known name, and all that are known."""
    allowed = list(known)
    near = get_close_matches(str(name), allowed, n=1)
    hint = f"did you mean '{near[0]}'? " if near else ""
    return f"unknown {what} '{name}'; {hint}allowed: {', '.join(allowed)}"
