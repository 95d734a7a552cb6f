# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a sender sends where there is no speech: that it rests, and pieces of text."""

from collections import Counter

from largesc_kernels import packet_codec, text_piece

from ..frame.background import Background
from ..link.pieced_announcer import PiecedAnnouncer
from ..link.rest_schedule import RestSchedule
from ..link.text_pieces import TextSender
from .sent_packet import SentPacket


class SilentFrames:
    """Packets in the place of silent frames, and pieces of text beside those of speech.

    Args:
        codec: of the packets.
        counts: where ``rested`` (frames without a packet) and ``pieces`` are counted.
        size: bytes in a piece of a message.
        announcer: what else says something piece by piece, and goes before messages.
    """

    def __init__(
        self,
        codec: packet_codec,
        counts: Counter[str],
        size: int = text_piece.max_bytes,
        announcer: PiecedAnnouncer | None = None,
    ) -> None:
        self._rest, self._text, self._counts = RestSchedule(codec), TextSender(codec, size), counts
        self.announcer = announcer

    def say(self, message: str) -> None:
        """A message to be sent, in place of what is left of the one before; empty for none.

        Raises:
            ValueError: it cannot be sent.
        """
        self._text.say(message)

    def resize(self, size: int) -> None:
        """Pieces of a message have so many bytes from now on."""
        self._text.resize(size)

    def beside_speech(self, frame: int, is_dear: bool = False) -> list[SentPacket]:
        """Speech ends a rest; a piece of text may come before its packet.

        Args:
            frame: its number.
            is_dear: it is worth more than most; the piece rather waits for another.
        """
        self._rest.end()
        return self._piece(frame, False, is_dear)

    def in_place_of(self, own: SentPacket, sound: Background | None) -> list[SentPacket]:
        """What is sent for a silent frame of which there is nothing else to be said: often nothing.

        Args:
            own: its packet without a rest.
            sound: its background, if the sender rests.
        """
        packets = [own]
        if sound is not None:
            data = self._rest.next(own.frame, sound)
            packets = [] if data is None else [SentPacket(data, own.frame, 0)]
        if sound is None or not packets:
            packets = self._piece(own.frame, True) or packets
        self._counts["rested"] += not packets
        return packets

    def _piece(self, frame: int, silence: bool, is_dear: bool = False) -> list[SentPacket]:
        said = None if self.announcer is None else self.announcer.next(frame, silence, is_dear)
        data = said or self._text.next(frame, silence, is_dear)
        self._counts["pieces"] += data is not None
        return [] if data is None else [SentPacket(data, frame, 0, not silence)]
