# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a socket hands on: a message and when it came."""

from typing import NamedTuple

MAX_MESSAGE = 2048  # bytes; a packet has at most 127, as a PMT with its metadata about 200


class ReceivedMessage(NamedTuple):
    """A message, at most MAX_MESSAGE bytes, and when it was taken from the network.

    ``time`` is that of ``time.monotonic()``, in seconds, when the socket handed the message over;
    one that waited in the socket until somebody asked has the time when it was asked for.
    """

    data: bytes
    time: float
