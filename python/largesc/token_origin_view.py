# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block: picture of where the tokens of the last frames came from."""

import numpy as np
import pmt

from .frame import setting_value as setting
from .frame.tokens import NUM_CODEBOOKS, TokenOrigin
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
# An origin that is not in the table is of a token that did not come.
LEVEL_OF_ORIGIN = np.array(
    [LEVELS.get(origin, LEVELS[TokenOrigin.MISSING]) for origin in TokenOrigin], dtype=np.float32
)


class token_origin_view(PduBlock):
    """Draws one column per frame: what became of each of its tokens.

    Every token frame gives a picture of the last ``frames`` frames, oldest at the left, codebook
    7 in the first row and codebook 0 in the last: 0 primary, 1 redundant, 2 recovered, 3 missing,
    4 not sent (a silent frame too, and where no frame has come yet). A QT GUI Time Raster Sink
    shows it when its type is Float Message, its number of columns ``frames``, its intensity 0..4
    and its colours Multi Color: dark cyan, cyan, yellow, red and white.

    Args:
        frames: width of the picture, 1 or more; 12.5 are one second.

    Raises:
        ValueError: frames is no whole number of 1 or more.

    Message ports: ``tokens`` in (with ``source``, as uep_depacketizer and moshi_recovery give
    it), ``picture`` out: f32vector, 8 rows of ``frames`` levels; metadata: ``frame``, the newest.
    The end marker is no picture and stays here. Counters: ``frames``, ``malformed``, ``errors``.
    """

    def __init__(self, frames: int = 250):
        width = setting.whole_number("frames", frames, 1)
        PduBlock.__init__(self, "token_origin_view", "tokens", "picture")
        self._picture = np.empty((NUM_CODEBOOKS, width), dtype=np.float32)
        self.reset()

    def reset(self) -> None:
        self._picture.fill(LEVELS[TokenOrigin.UNSENT])

    def process(self, received: pdu.Pdu) -> None:
        frame = pdu.frame_number(received.meta)
        origin = pdu.optional_origin(received.meta)
        if origin is None or origin.max() >= len(LEVEL_OF_ORIGIN):
            raise pdu.PduError("metadata has no token origins (source)")
        self._picture[:, :-1] = self._picture[:, 1:]
        self._picture[:, -1] = LEVEL_OF_ORIGIN[origin[::-1]]
        self.count("frames")
        levels = self._picture.ravel().tolist()
        picture = pmt.init_f32vector(len(levels), levels)
        self.publish(pmt.cons(pdu.frame_meta(frame), picture))

    def _end(self, marker: pdu.Pdu) -> None:
        """Passes nothing on: a display would take the end marker for a picture and fail."""
        self.finish()
