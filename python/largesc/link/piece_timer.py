# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""When the next piece of something may be sent."""

# Frames that a piece waits at most for a frame of speech that is worth less: half a second.
PATIENCE = 6


class PieceTimer:
    """Keeps pieces apart, and in speech lets one wait for a frame that is missed less.

    Live, a piece beside a frame of speech takes the slot of that frame's packet
    (docs/modem.md, Live).

    Attributes:
        has_waited: a piece has, since the restart.
    """

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """The next piece waits for nothing."""
        self._last: int | None = None  # frame of the last piece
        self._waits_since: int | None = None  # frame
        self.has_waited = False

    def is_time(self, frame: int, gap: int, is_dear: bool = False) -> bool:
        """Whether a piece goes with this frame; if so, it counts as sent.

        Args:
            frame: number of the frame that is to be sent.
            gap: frames between two pieces at least.
            is_dear: the frame is worth more than most: a piece waits, PATIENCE frames at most.
        """
        if self._last is not None:
            if 0 <= frame - self._last < gap:
                self._waits_since = None
                return False
            if self._waits_since is None or frame < self._waits_since:
                self._waits_since = frame
            if is_dear and frame - self._waits_since < PATIENCE:
                self.has_waited = True
                return False
        self._last, self._waits_since = frame, None
        return True
