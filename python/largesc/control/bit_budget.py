# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bits that a link may spend: never above the mean over 10 s, and as close to it as can be."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from ..frame.tokens import FRAME_RATE

WINDOW = 125  # frames, 10 s: over no such stretch more than the budget is spent
SOON, LATER = 12, 62  # frames, 1 s and 5 s: over how many to come bits are shared out


class BitBudget:
    """A window that no packet may break, and what to aim at so that it does not break them.

    :attr:`wanted` says what the next packets should take on average. What a pause saved may be
    spent only while the pause is in the window: whoever spends it at once must make up for it with
    the smallest packets, seconds later. :meth:`most` is what the next one may take at most, so that
    this window of 10 s and all those that begin before it ends can be kept with the smallest
    packets.

    Args:
        budget: bit/s, every bit of every packet counted.
        smallest: bits of the smallest packet.
        beside: bits of the largest packet that may come beside that of a frame, and in how many
            frames one comes.

    Raises:
        ValueError: a budget that the smallest packets exceed.
    """

    def __init__(self, budget: float, smallest: int, beside: tuple[int, int] = (0, WINDOW)):
        bits, every = beside
        frames = np.arange(WINDOW)
        self._to_come = smallest * frames + bits * (frames // every + 1)
        self._least = smallest + bits / every
        self._spent = deque([np.inf] * (WINDOW - 1), maxlen=WINDOW - 1)
        self.change(budget)

    def reset(self) -> None:
        """An over begins as if the budget had been spent just so: nothing to borrow from before."""
        self._spent.extend([self._per_frame] * (WINDOW - 1))

    def change(self, budget: float) -> None:
        """Another budget from the next packet on; what was spent above it is forgiven.

        Raises:
            ValueError: the smallest packets exceed it; the old one stays.
        """
        least = self._least * FRAME_RATE
        if not least <= budget < float("inf"):
            raise ValueError(f"budget must be {least:.0f} bit/s or more, not {budget:g}")
        self._per_frame = budget / FRAME_RATE
        self._spent.extend(np.minimum(self._spent, self._per_frame).tolist())

    @property
    def wanted(self) -> float:
        """Bits that packets should take on average: if all of the next second did, or of the next 2
        to 5 s, no window would be above the budget."""
        left = (WINDOW * self._per_frame - self._last())[SOON - 1 : LATER]
        return max(float((left / np.arange(SOON, LATER + 1)).min()), self._least)

    def most(self) -> float:
        """Bits that the next packet may take at most."""
        return float((WINDOW * self._per_frame - self._last() - self._to_come).min())

    def _last(self) -> NDArray[np.float64]:
        """What the last 124, 123, ... 0 frames took: the next one fills the window, or the next 2,
        3, ... do."""
        spent = np.array(self._spent, dtype=np.float64)
        return np.append(np.cumsum(spent[::-1])[::-1], 0.0)

    def next_frame(self, bits: int) -> None:
        """A frame has been sent: bits of its packet, and of what came beside it."""
        self._spent.append(bits)
