# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Receiver of a packet file, whose records tell where each packet belongs."""

from typing import Any

from largesc_kernels import announcement, packet, packet_codec

from ..frame.due_frame import DueFrame
from ..frame.tokens import LONGEST_LAG
from ..link.announcement_pieces import FRAMES, place_in
from ..link.arrival import Arrival
from ..link.packet_file import Record
from ..link.packet_parser import ParsedPacket
from .link_receiver import SequenceReceiver

# From so many frames without a packet on the record's place is gone by: a packet's number alone
# bridges no more than 110, and nothing that comes then tells of frames so long ago.
OUTAGE = 100
KEPT = LONGEST_LAG  # frames: as many as the longest look-ahead
NUMBERS = packet_codec.sequence_modulus


class FileReceiver(SequenceReceiver):
    """A SequenceReceiver that believes no packet whose number is another than its record's.

    Counts ``misplaced`` beside what a SequenceReceiver counts.
    """

    def receive_record(self, record: Record, frame: int) -> list[DueFrame]:
        """Takes a record that has a packet; returns the frames due by it, oldest first.

        Args:
            record: its ``data`` must be there.
            frame: how many frames have records before this one.

        Raises:
            PacketRefused: the bytes are no packet for this receiver; it is counted.
        """
        assert record.data is not None
        self._frame, self._is_beside = frame, record.beside
        due: list[DueFrame] = []
        if frame - self._newest > OUTAGE:
            due = [self._due(step) for step in self._playout.flush(frame - KEPT)]
        return due + self.receive(Arrival(record.data))

    def _noted(self, found: list[ParsedPacket]) -> list[ParsedPacket]:
        placed = [one for one in found if self._is_in_place(one.says)]
        self._counts["misplaced"] += len(found) - len(placed)
        return super()._noted(placed)

    def _is_in_place(self, said: Any) -> bool:
        """Whether what it says of frames can stand in this record."""
        if isinstance(said, packet):
            return not self._is_beside and _agree(said.sequence, self._frame, NUMBERS)
        if said.silent == self._is_beside:
            return False
        if isinstance(said, announcement):
            return _agree(said.frame, self._frame, announcement.frame_modulus)
        if (place := place_in(said)) is not None:
            return _agree(place.frame, self._frame, FRAMES)
        return self._is_beside or _agree(said.sequence, self._frame, NUMBERS)


def _agree(told: int, frame: int, modulus: int) -> bool:
    return (told - frame) % modulus == 0
