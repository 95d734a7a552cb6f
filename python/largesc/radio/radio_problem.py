# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a radio may be set so, quickly: Companion asks at every change of a dialog."""

from typing import Any

from .front_ends.opening import kind_of
from .radio_settings import RadioSettings


def radio_problem(device: str, **settings: Any) -> str:
    """Why no radio can have this name or these settings, in a line; empty where one can.

    The device is not looked for.

    Args:
        device: its name.
        settings: of :class:`RadioSettings` by name.
    """
    try:
        kind_of(device)
        RadioSettings(**settings)
    except ValueError as error:
        return str(error)
    return ""
