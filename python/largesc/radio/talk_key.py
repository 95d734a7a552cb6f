# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a station talks: always, while there is a voice, or while a button is pressed."""

import math
from typing import Literal

Manner = Literal["open", "voice", "press"]
HANG_S = 1.0  # between two words a voice does not let go


class TalkKey:
    """Whose turn it is, at this end: nobody begins while another is heard.

    Args:
        manner: ``open``: it talks whenever nobody else does; ``voice``: while there is sound above
            the threshold, and a second longer; ``press``: while :attr:`is_pressed`.
        threshold: dBFS.

    Attributes:
        manner: see above.
        is_pressed: for ``press``.
        is_wanted: it would talk, or does; of a button always.
        is_down: it talks.
    """

    def __init__(self, manner: Manner, threshold: float):
        self.manner, self._threshold = manner, threshold
        self.is_pressed = False
        self.reset()

    def reset(self) -> None:
        """Nothing was heard, and the key is up."""
        self._silent_s = math.inf
        self.is_down = self.is_wanted = False

    def hear(self, level: float, seconds: float, is_busy: bool) -> bool:
        """Whether it talks now.

        Args:
            level: of what the microphone has heard, dBFS.
            seconds: how long that was.
            is_busy: another station is heard.
        """
        self._silent_s = 0.0 if level > self._threshold else self._silent_s + seconds
        wanted = {
            "open": True,
            "voice": self._silent_s < HANG_S,
            "press": self.is_pressed,
        }[self.manner]
        self.is_wanted = wanted or self.manner == "press"
        self.is_down = wanted and (self.is_down or not is_busy)
        return self.is_down
