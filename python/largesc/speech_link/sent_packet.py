# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A packet as it leaves the sender."""

from typing import NamedTuple


class SentPacket(NamedTuple):
    """A packet to be sent.

    Attributes:
        data: its bytes.
        frame: number of the frame that it stands for, or before which it comes.
        tokens: primary and redundant ones in it.
        beside: it stands for no frame: an announcement that is no silent frame, say.
    """

    data: bytes
    frame: int
    tokens: int
    beside: bool = False
