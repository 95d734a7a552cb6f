# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The check value behind data that comes in pieces."""

from binascii import crc_hqx

CHECK = 2  # bytes


def with_check_value(data: bytes) -> bytes:
    """The same with CRC-16/GENIBUS behind it, as in docs/packet-format.md."""
    return data + (crc_hqx(data, 0xFFFF) ^ 0xFFFF).to_bytes(CHECK, "big")


def without_check_value(joined: bytes, spare: int) -> bytes | None:
    """The data; None where the check value is wrong.

    Args:
        joined: data, check value, and perhaps zeros.
        spare: how many zeros there may be.
    """
    for zeros in range(min(spare, len(joined) - CHECK) + 1):
        end = len(joined) - zeros
        if any(joined[end:]):
            return None
        data = joined[: end - CHECK]
        if data and with_check_value(data) == joined[:end]:
            return data
    return None
