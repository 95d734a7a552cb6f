# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one station of a device, whatever blocks use it."""

import gc
from threading import Lock
from weakref import WeakValueDictionary

from .radio_settings import RadioSettings
from .radio_station import RadioStation, is_half_duplex

_stations: "WeakValueDictionary[str, RadioStation]" = WeakValueDictionary()
_lock = Lock()


def station_of(device: str, settings: RadioSettings, what: str = "") -> RadioStation:
    """The station of this device: its two directions, wherever they are used, share one.

    Args:
        device: its name.
        settings: of the radio.
        what: the direction that they are for, ``receive`` or ``send``; empty: it is not known yet.

    Raises:
        ValueError: no kind of device; or the other direction is used otherwise, or this one.
    """
    with _lock:
        if _conflict(device, settings, what):
            gc.collect()  # the block that it is with may be gone, and only linger in memory
        problem = _conflict(device, settings, what)
        if problem:
            raise ValueError(f"{device}: {problem}")
        found = _open_station(device)
        if found is None:
            found = _stations[device] = RadioStation(device, settings)
        return found


def _open_station(device: str) -> RadioStation | None:
    """One that is over may linger in memory, and is none."""
    found = _stations.get(device)
    return found if found is not None and found.is_open else None


def _conflict(device: str, settings: RadioSettings, what: str) -> str:
    found = _open_station(device)
    if found is None:
        return ""
    if (found.modem.name, found.is_half) != (settings.modem, is_half_duplex(device, settings)):
        return "both directions need the same modem and duplex"
    if what and found.is_set_otherwise(what, settings):
        return f"it is in use to {what} already, with other settings"
    return ""
