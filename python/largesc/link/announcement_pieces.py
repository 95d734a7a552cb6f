# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Announcements for slots that hold none: in pieces, whole or not at all."""

from typing import NamedTuple

from largesc_kernels import announcement, packet_codec, packet_refused, text_piece

from .check_value import with_check_value, without_check_value
from .piece_code import PIECES, coded, decoded

# `number` of the pieces: 0 to 3 are messages.
OF_ANNOUNCEMENTS = (4, 5)  # in turn
PLACE, END = 6, 7  # a packet that says all by itself: where the stream is, that it is over
EPOCHS = 256  # of which a place tells one
HEAD = bytes([0x01, 0xE0])  # of an announcement: code 30; its version comes to it
WITH_SNR = 0x80  # in the place of `silent`, which stands in the pieces


class Place(NamedTuple):
    """Where in its stream a sender is: session, frame modulo 32768, silent, ends."""

    session: int
    frame: int
    silent: bool
    ends: bool


FRAMES = EPOCHS * packet_codec.sequence_modulus


def place_piece(place: Place) -> text_piece:
    """What says it, 3 bytes in a piece."""
    sequence = place.frame % packet_codec.sequence_modulus
    epoch = place.frame // packet_codec.sequence_modulus % EPOCHS
    data = place.session.to_bytes(2, "big") + bytes([epoch])
    return text_piece(sequence, place.silent, END if place.ends else PLACE, 0, 0, data)


def place_in(piece: text_piece) -> Place | None:
    """What a piece says of a place, if it does."""
    if piece.number not in (PLACE, END) or len(piece.bytes) != 3 or piece.last:
        return None
    frame = piece.bytes[2] * packet_codec.sequence_modulus + piece.sequence
    ends = piece.number == END
    return Place(int.from_bytes(piece.bytes[:2], "big"), frame, piece.silent and not ends, ends)


def place_near(place: Place, newest: int) -> Place:
    """The same with the number of the frame, of which a piece has but some bits, nearest to the
    newest one that is known, modulo that of announcements."""
    oldest = max(0, newest - FRAMES // 2)
    frame = oldest + (place.frame - oldest) % FRAMES
    return place._replace(frame=frame % announcement.frame_modulus)


def body_of(said: announcement) -> bytes:
    """What pieces say of an announcement: all but session and frame number."""
    data = packet_codec().pack(said)
    return bytes([data[8] & 0x3F | (WITH_SNR if data[1] & 2 else 0)]) + data[4:6] + data[9:]


def announcement_of(body: bytes) -> announcement | None:
    """The announcement, of session 0 and frame 0; None where it is none."""
    if len(body) < 3:
        return None
    version = 2 if body[0] & WITH_SNR else 1
    head = bytes([HEAD[0], HEAD[1] | version, 0, 0])
    try:
        said = packet_codec().parse(head + body[1:3] + b"\0\0" + bytes([body[0] & 0x7F]) + body[3:])
    except packet_refused:
        return None
    return said if isinstance(said, announcement) and not said.ends else None


def pieces_of(said: announcement, size: int) -> tuple[list[bytes], int]:
    """All sixteen of ``size`` bytes, and how many of them are enough."""
    data = with_check_value(body_of(said))
    return coded(data, size), -(-len(data) // size)


class AnnouncementAssembler:
    """Puts announcements together from any pieces that are enough. Of a piece that comes again the
    later one counts."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Nothing has come."""
        self._of: tuple[int, int] | None = None  # number, and bytes of a piece
        self._pieces: dict[int, bytes] = {}
        self._told: bytes | None = None

    def take(self, piece: text_piece) -> announcement | None:
        """The announcement that is whole by this piece; each once."""
        if piece.number not in OF_ANNOUNCEMENTS or piece.last != PIECES - 1:
            return None
        of = piece.number, len(piece.bytes)
        if of != self._of:
            self._of, self._pieces, self._told = of, {}, None
        self._pieces.pop(piece.piece, None)
        self._pieces[piece.piece] = piece.bytes
        joined = decoded(self._pieces)
        body = None if joined is None else without_check_value(joined, len(piece.bytes) - 1)
        said = None if body is None or body == self._told else announcement_of(body)
        if said is not None:
            self._told = body
        return said
