# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block: picture of where the tokens of the last frames came from."""

from typing import Any

import numpy as np
import pmt
from numpy.typing import NDArray

from .frame import setting_value as setting
from .frame.tokens import NUM_CODEBOOKS, Allocation, TokenOrigin
from .runtime import pdu
from .runtime.pdu_block import PduBlock

# Order of the picture: the higher the level, the less of a token the listener gets.
LEVELS = {
    TokenOrigin.PRIMARY: 0,
    TokenOrigin.REDUNDANT: 1,
    TokenOrigin.RECOVERED: 2,
    TokenOrigin.MISSING: 3,
    TokenOrigin.UNSENT: 4,
    TokenOrigin.SILENCE: 4,
    TokenOrigin.UNKNOWN: 4,
}
Levels = NDArray[np.float32]
# An origin that is not in the table is of a token that did not come.
LEVEL_OF_ORIGIN = np.array(
    [LEVELS.get(origin, LEVELS[TokenOrigin.MISSING]) for origin in TokenOrigin], dtype=np.float32
)


SHOWN = ("received", "sent")
MOST_SENT = 15  # tokens of a packet


class token_origin_view(PduBlock):
    """Draws one column per frame: what became of each of its tokens, or which tokens were sent.

    Every token frame gives a picture of the last ``frames`` frames, oldest at the left, as levels:
    0 primary, 1 redundant, 2 recovered, 3 missing, 4 not sent (a silent frame too, and where no
    frame has come yet). A QT GUI Time Raster Sink shows it when its type is Float Message, its
    number of columns ``frames``, its intensity 0..4 and its colours Multi Color: dark cyan, cyan,
    yellow, red and white.

    Args:
        frames: width of the picture, 1 or more; 12.5 are one second.
        shows: ``received``: what became of the tokens of each frame, 8 rows, codebook 7 the first
            and codebook 0 the last. ``sent``: what the packet of each frame carries, as
            adaptive_controller says, 15 rows: from the last one up its own tokens, then redundant
            ones.

    Raises:
        ValueError: frames is no whole number of 1 or more, or shows is none of these.

    Message ports: ``tokens`` in (with ``source``, as uep_depacketizer and moshi_recovery give it,
    or with ``n_primary`` and ``n_redundant``), ``picture`` out: f32vector, rows of ``frames``
    levels; metadata: ``frame``, the newest. The end marker is no picture and stays here. Counters:
    ``frames``, ``malformed``, ``errors``.
    """

    def __init__(self, frames: int = 250, shows: str = "received"):
        width = setting.whole_number("frames", frames, 1)
        self._shows_sent = setting.one_of("shows", shows, SHOWN) == "sent"
        PduBlock.__init__(self, "token_origin_view", "tokens", "picture")
        rows = MOST_SENT if self._shows_sent else NUM_CODEBOOKS
        self._picture = np.empty((rows, width), dtype=np.float32)
        self.reset()

    def reset(self) -> None:
        self._picture.fill(LEVELS[TokenOrigin.UNSENT])

    def process(self, received: pdu.Pdu) -> None:
        frame = pdu.frame_number(received.meta)
        column = _sent(received.meta) if self._shows_sent else _received(received.meta)
        self._picture[:, :-1] = self._picture[:, 1:]
        self._picture[:, -1] = column[::-1]
        self.count("frames")
        levels = self._picture.ravel().tolist()
        picture = pmt.init_f32vector(len(levels), levels)
        self.publish(pmt.cons(pdu.frame_meta(frame), picture))

    def _end(self, marker: pdu.Pdu) -> None:
        """Passes nothing on: a display would take the end marker for a picture and fail."""
        self.finish()


def _received(meta: Any) -> Levels:
    """Levels of a frame's tokens, codebook 0 first."""
    origin = pdu.optional_origin(meta)
    if origin is None or origin.max() >= len(LEVEL_OF_ORIGIN):
        raise pdu.PduError("metadata has no token origins (source)")
    return LEVEL_OF_ORIGIN[origin]


def _sent(meta: Any) -> Levels:
    """Levels of a packet's tokens, its own first."""
    own, again = (pdu.allocation_value(meta, key) for key in ("n_primary", "n_redundant"))
    if own is None or again is None:
        raise pdu.PduError("metadata has no allocation (n_primary, n_redundant)")
    carried = Allocation(own, again)  # refuses what no packet carries
    own = 0 if pdu.flag(meta, "silence") else carried.n_primary
    levels = np.full(MOST_SENT, LEVELS[TokenOrigin.UNSENT], dtype=np.float32)
    levels[:own] = LEVELS[TokenOrigin.PRIMARY]
    levels[own : own + again] = LEVELS[TokenOrigin.REDUNDANT]
    return levels
