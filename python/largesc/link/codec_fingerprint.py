# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The 16 bits by which announcements name a codec, as people write them."""

import re


def fingerprint_number(digits: str) -> int:
    """A codec's fingerprint as a number.

    Args:
        digits: four hexadecimal digits; empty for 0, any codec.

    Raises:
        ValueError: neither.
    """
    if not digits:
        return 0
    if not re.fullmatch("[0-9a-fA-F]{4}", digits):
        raise ValueError(f"a codec's fingerprint is four hexadecimal digits, not {digits!r}")
    return int(digits, 16)
