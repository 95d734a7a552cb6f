# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The key that a user names."""

import math

from ...frame import setting_value as setting
from .key import Key, NoKey
from .push_to_talk import LIMIT_S, PushToTalk
from .rig_control import RigControl
from .rig_meters import RigMeters
from .serial_line import LINES, SerialLine

RIGCTLD_PORT = 4532
FORMS = "none, vox, rigctld:HOST:PORT, rigctld-data:HOST:PORT, rts:DEVICE or dtr:DEVICE"
# What Hamlib's daemon is told: to send; to send what comes in at the socket for data.
RIG_KEYS = {"rigctld": "T 1", "rigctld-data": "T 3"}
LONGEST_MS = 5000.0


def open_push_to_talk(
    how: str = "none",
    lead_ms: float = 0.0,
    tail_ms: float = 0.0,
    limit_s: float = LIMIT_S,
    idle_s: float = math.inf,
) -> PushToTalk:
    """Push-to-talk as a user names it; the key is up then.

    Args:
        how: ``none``: there is no key. ``vox``: the transmitter listens for sound; the lead has to
            be a tone. ``rigctld:HOST:PORT``: Hamlib's daemon; the port may be left out (4532), and
            the host (this machine). ``rigctld-data:HOST:PORT``: the same for rigs that must be told
            that the audio comes in at the socket for data. ``rts:DEVICE``, ``dtr:DEVICE``: that
            line of a serial port.
        lead_ms, tail_ms: see PushToTalk, 0..5000.
        limit_s: of one over, above 0.
        idle_s: see PushToTalk, above 0.

    Raises:
        OSError: it is not there, or does not do as it is told.
        ValueError: none of these, or out of range.
    """
    lead = setting.number("lead_ms", lead_ms, 0, LONGEST_MS)
    tail = setting.number("tail_ms", tail_ms, 0, LONGEST_MS)
    limit = setting.number("limit_s", limit_s, above=0)
    idle = setting.number("idle_s", idle_s, above=0)
    key = _key(setting.text("push_to_talk", how))
    try:
        return PushToTalk(key, lead, tail, limit, lead_tone=how == "vox", idle_s=idle)
    except OSError:
        key.close()
        raise


def rig_meters(how: str) -> RigMeters | None:
    """Meters of the rig that this key belongs to; None where the key tells of none."""
    kind, _, where = how.partition(":")
    return RigMeters(*_host_and_port(how, where)) if kind in RIG_KEYS else None


def _key(how: str) -> Key:
    kind, _, where = how.partition(":")
    if how in ("none", "vox"):
        return NoKey()
    if kind in RIG_KEYS:
        return RigControl(*_host_and_port(how, where), RIG_KEYS[kind])
    if kind in LINES and where:
        return SerialLine(kind, where)
    raise setting.SettingError("push_to_talk", FORMS, how)


def _host_and_port(how: str, where: str) -> tuple[str, int]:
    host, colon, digits = where.rpartition(":")
    if not colon or where.endswith("]"):
        host, digits = where, str(RIGCTLD_PORT)
    if not (digits.isascii() and digits.isdigit() and 0 < int(digits) < 65536):
        raise setting.SettingError("push_to_talk", f"{FORMS}, with a port of 1..65535", how)
    return host.strip("[]") or "localhost", int(digits)
