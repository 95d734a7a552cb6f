# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bits that a link may spend: never above the mean over 10 s, and as close to it as can be."""

import math
from collections import deque

import numpy as np
from numpy.typing import NDArray

from ..frame.tokens import FRAME_RATE

WINDOW = 125  # frames, 10 s: over no such stretch more than the budget is spent
AIM = 0.988  # of the budget: in a window that is full no frame can have more than another
SOON, LATER = 12, 62  # frames, 1 s and 5 s: over how many to come bits are shared out


Beside = tuple[int, int]
NOTHING_BESIDE = 0, WINDOW


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

    def __init__(self, budget: float, smallest: int, beside: Beside = NOTHING_BESIDE):
        self._smallest, self._beside = smallest, beside
        self._per_frame = np.inf
        self._spent = deque([np.inf] * (WINDOW - 1), maxlen=WINDOW - 1)
        self.change(budget)

    def reset(self) -> None:
        """An over begins as if so much had been spent as is aimed at."""
        self._spent.extend([AIM * self._per_frame] * (WINDOW - 1))

    def change(self, budget: float, beside: Beside | None = None) -> None:
        """Another budget from the next packet on; what was spent above a lower one is forgiven.

        Args:
            budget: bit/s.
            beside: what comes beside frames from now on; None: as before.

        Raises:
            ValueError: the smallest packets exceed it; the old one stays.
        """
        bits, every = beside = self._beside if beside is None else beside
        smallest = self._smallest + bits / every
        # In this order without rounding errors: the least budget itself is enough.
        least = (self._smallest * every + bits) * FRAME_RATE / every
        if not least <= budget < math.inf:
            raise ValueError(f"budget must be {math.ceil(least)} bit/s or more, not {budget:g}")
        per_frame, frames = budget / FRAME_RATE, np.arange(WINDOW)
        self._beside, self._least = beside, smallest
        self._to_come = self._smallest * frames + bits * (frames // every + 1)
        if per_frame < self._per_frame:
            self._spent.extend(np.minimum(self._spent, AIM * per_frame).tolist())
        else:  # what was not allowed then is not saved now
            self._spent.extend((np.array(self._spent) + per_frame - self._per_frame).tolist())
        self._per_frame = per_frame

    @property
    def wanted(self) -> float:
        """Bits that packets should take on average: if all of the next second did, or of the next 2
        to 5 s, no window would be above the budget."""
        left = (AIM * WINDOW * self._per_frame - self._last())[SOON - 1 : LATER]
        return max(float((left / np.arange(SOON, LATER + 1)).min()), self._least)

    def most(self) -> float:
        """Bits that the next packet may take at most."""
        return float((WINDOW * self._per_frame - self._last() - self._to_come).min())

    def _last(self) -> NDArray[np.float64]:
        """What the last 124, 123, ... 0 frames took: the next one fills the window, or the next 2,
        3, ... do."""
        spent = np.array(self._spent, dtype=np.float64)
        return np.append(np.cumsum(spent[::-1])[::-1], 0.0)

    def most_with_one_beside(self) -> float | None:
        """The same, with a packet beside it before one is due; None: there is no room for it."""
        most = self.most() - self._beside[0]
        return most if most >= self._smallest else None

    def next_frame(self, bits: int) -> None:
        """A frame has been sent: bits of its packet, and of what came beside it."""
        self._spent.append(bits)
