# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block: fills missing tokens."""

import numpy as np

from . import pdu
from .link.tokens import MISSING_TOKEN, TokenOrigin
from .pdu_block import PduBlock
from .recovery.token_recovery import make_recovery


class moshi_recovery(PduBlock):
    """Fills the holes that loss left in token frames; marks what it filled as recovered (3).

    Args:
        recovery: strategy. ``zero`` leaves holes, ``hold`` repeats the last frame.

    Raises:
        ValueError: no such strategy.

    Message ports: ``tokens`` in, ``tokens`` out. Counters: ``frames``, ``primary``, ``redundant``,
    ``recovered``, ``missing``, ``unsent``, ``silence`` (tokens), ``malformed``, ``errors``.
    """

    def __init__(self, recovery: str = "hold"):
        PduBlock.__init__(self, "moshi_recovery", "tokens", "tokens")
        self._recovery = make_recovery(recovery)

    def reset(self) -> None:
        self._recovery.reset()

    def process(self, received: pdu.Pdu) -> None:
        due = pdu.read_tokens(received.vector)
        newest = pdu.optional_tokens(received.meta, "newest")
        origin = pdu.optional_origin(received.meta)
        if origin is None:
            held = due != MISSING_TOKEN
            origin = np.where(held, TokenOrigin.PRIMARY, TokenOrigin.MISSING).astype(np.uint8)
        filled = self._recovery.push(due if newest is None else newest, due)
        origin[(due == MISSING_TOKEN) & (filled != MISSING_TOKEN)] = TokenOrigin.RECOVERED
        self.count("frames")
        for kind in TokenOrigin:
            self._counts[kind.name.lower()] += int(np.count_nonzero(origin == kind))
        self.publish(pdu.token_frame(pdu.add(received.meta, source=origin), filled))

    def set_recovery(self, recovery: str) -> None:
        """Another strategy from the next frame on; it starts without memory."""
        self._recovery = make_recovery(recovery)
