# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block: packets to token frames, in order, one per 80 ms, with holes where tokens are lost."""

from . import pdu
from .largesc_python import announcement, packet, packet_codec, packet_error, packet_refused
from .link.playout import PlayoutBuffer, PlayoutStep
from .pdu_block import PduBlock

# Counters of their own, of what tells the user something else than a damaged packet would.
COUNTERS = {packet_error.crc: "crc_failed", packet_error.version: "version"}


class uep_depacketizer(PduBlock):
    """Parses packets, reorders them, merges what they repeat and hands on every frame once.

    The frame due carries ``source`` (per token: 0 missing, 1 primary, 2 redundant, 4 not sent,
    5 silent frame) and ``newest`` (the newest frame as received) in its metadata.

    Args:
        look_ahead: frames to wait before a frame is due, 0..5. Redundancy helps only if its lag
            is no larger.
        crc: packets end in a CRC-16, as the sender's setting says.

    Raises:
        ValueError: look_ahead out of range.

    Message ports: ``packets`` in, ``tokens`` out. Counters: ``received``, ``lost``, ``late``,
    ``duplicate``, ``announcements``, ``crc_failed`` (damaged, or sent without check value),
    ``version`` (of a later version of the format), ``malformed``, ``errors``.
    """

    def __init__(self, look_ahead: int = 1, crc: bool = False):
        PduBlock.__init__(self, "uep_depacketizer", "packets", "tokens")
        self._codec = packet_codec(crc)
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
        data = pdu.read_packet(received.vector)
        try:
            parsed = self._codec.parse(data)
        except packet_refused as refused:
            self._refuse(COUNTERS.get(refused.error, "malformed"), str(refused))
            return
        if isinstance(parsed, announcement):
            self.count("announcements")
            if not parsed.silent:
                return
            parsed = packet(parsed.frame % packet_codec.sequence_modulus)
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
