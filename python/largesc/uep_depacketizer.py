# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block: packets to token frames, in order, one per 80 ms, with holes where tokens are lost."""

from . import pdu
from .largesc_python import packet_codec
from .link.playout import PlayoutBuffer, PlayoutStep
from .pdu_block import PduBlock


class uep_depacketizer(PduBlock):
    """Parses packets, reorders them, merges what they repeat and hands on every frame once.

    The frame due carries ``source`` (per token: 0 missing, 1 primary, 2 redundant, 4 not sent)
    and ``newest`` (the newest frame as received) in its metadata.

    Args:
        look_ahead: frames to wait before a frame is due, 0..5. Redundancy helps only if its lag
            is no larger.

    Raises:
        ValueError: look_ahead out of range.

    Message ports: ``packets`` in, ``tokens`` out. Counters: ``received``, ``lost``, ``late``,
    ``duplicate``, ``malformed``, ``errors``.
    """

    def __init__(self, look_ahead: int = 1):
        PduBlock.__init__(self, "uep_depacketizer", "packets", "tokens")
        self._playout = PlayoutBuffer(look_ahead)

    def counters(self) -> dict[str, int]:
        playout = self._playout
        return PduBlock.counters(self) | {
            "received": playout.received,
            "lost": playout.lost,
            "late": playout.late,
            "duplicate": playout.duplicate,
        }

    def reset(self) -> None:
        self._playout.reset()

    def process(self, received: pdu.Pdu) -> None:
        parsed = packet_codec.parse(pdu.read_packet(received.vector))
        self._publish_steps(self._playout.push(parsed))

    def flush(self, frames: int) -> None:
        self._publish_steps(self._playout.flush(frames))

    def set_look_ahead(self, look_ahead: int) -> None:
        """Frames to wait from now on, 0..5."""
        self._playout.set_look_ahead(look_ahead)

    def _publish_steps(self, steps: list[PlayoutStep]) -> None:
        for step in steps:
            meta = pdu.add(pdu.frame_meta(step.frame), source=step.origin, newest=step.newest)
            self.publish(pdu.token_frame(meta, step.due))
