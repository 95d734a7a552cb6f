# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""When the player asks for another frame: the receiver's clock."""

import time
from collections import deque
from collections.abc import Callable

PATIENCE_S = 0.5  # an unanswered request is given up after this and may be repeated


class FrameDemand:
    """Counts requests so that few frames are on their way, and playing never stalls for good.

    Args:
        prefetch: frames that may be on their way or in hand and not yet begun, 0 or more. 0: one is
            asked for when nothing of the last is left to hand on.
        clock: gives the time in seconds; monotonic.

    Attributes:
        unanswered: requests given up since :meth:`reset`.

    Raises:
        ValueError: prefetch below 0.
    """

    def __init__(self, prefetch: int, clock: Callable[[], float] = time.monotonic):
        if prefetch < 0:
            raise ValueError(f"prefetch must be 0 or more, not {prefetch}")
        self._prefetch, self._clock = prefetch, clock
        self.reset()

    def reset(self) -> None:
        """Forgets all requests."""
        self._asked_at: deque[float] = deque()
        self.unanswered = 0

    def answered(self) -> None:
        """A frame has come, asked for or not."""
        if self._asked_at:
            self._asked_at.popleft()

    def to_ask(self, in_hand: int, is_handing_on: bool = False) -> int:
        """How many frames to ask for now; they count as asked for.

        Args:
            in_hand: frames that have come and have not begun to play. A frame that comes although
                its request was given up is among them, and makes up for the repeated request.
            is_handing_on: something of the frame that plays is left to hand on.
        """
        now = self._clock()
        while self._asked_at and now - self._asked_at[0] > PATIENCE_S:
            self._asked_at.popleft()
            self.unanswered += 1
        most = self._prefetch if is_handing_on else max(1, self._prefetch)
        wanted = max(0, most - len(self._asked_at) - in_hand)
        self._asked_at.extend([now] * wanted)
        return wanted
