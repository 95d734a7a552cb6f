# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts too long for an announcement: cut into pieces by the sender, put together or dropped."""

import unicodedata
from binascii import crc_hqx
from collections import deque

from largesc_kernels import packet_codec, text_piece

from .announcer import INTERVAL

CHECK = 2  # bytes of the check value behind the text
PIECE = 4 + text_piece.max_bytes  # bytes of the longest packet, without check value
LONGEST = text_piece.max_bytes * (text_piece.max_last + 1) - CHECK  # bytes in UTF-8
ROUNDS = 4  # times that each piece is sent: at 20 % loss 1 in 625 does not come
SILENT_GAP = 3  # frames between two pieces in silence: 667 bit/s, less than the thinnest speech


def check_message(message: str) -> None:
    """Whether a message can be sent.

    Raises:
        ValueError: it is too long, or has control characters.
    """
    size = len(message.encode())
    if size > LONGEST:
        raise ValueError(f"message must have at most {LONGEST} bytes in UTF-8, not {size}")
    if not _is_plain(message):
        raise ValueError("message must be text without control characters")


class TextSender:
    """Sends a message in pieces, all of them ROUNDS times, one round after the other.

    In silence a piece takes the place of every third frame's packet, at most. In speech one comes
    every two seconds, beside the others.

    Args:
        codec: of the packets.
    """

    def __init__(self, codec: packet_codec) -> None:
        self._codec = codec
        self._number = -1
        self._pieces: deque[tuple[int, bytes]] = deque()
        self._pieces_in_all = 0
        self._last: int | None = None

    @property
    def is_pending(self) -> bool:
        """Whether there is something left to be sent."""
        return bool(self._pieces)

    def say(self, message: str) -> None:
        """Another message, in place of what is left of the one before; empty for none.

        Raises:
            ValueError: it is too long, or has control characters.
        """
        check_message(message)
        self._last = None
        self._pieces.clear()
        if not message:
            return
        data = message.encode()
        data += _check_value(data).to_bytes(CHECK, "big")
        step = text_piece.max_bytes
        cut = [data[at : at + step] for at in range(0, len(data), step)]
        self._pieces.extend(list(enumerate(cut)) * ROUNDS)
        self._pieces_in_all = len(cut)
        self._number = (self._number + 1) % (text_piece.max_number + 1)

    def next(self, frame: int, silence: bool) -> bytes | None:
        """The packet of a piece that goes with this frame, or None.

        Args:
            frame: number of the frame that is to be sent.
            silence: the piece takes its place; otherwise it comes beside it.
        """
        gap = SILENT_GAP if silence else INTERVAL
        if not self._pieces or (self._last is not None and 0 <= frame - self._last < gap):
            return None
        self._last = frame
        piece, data = self._pieces.popleft()
        sequence, last = frame % packet_codec.sequence_modulus, self._pieces_in_all - 1
        packed: bytes = self._codec.pack(
            text_piece(sequence, silence, self._number, piece, last, data)
        )
        return packed


class TextAssembler:
    """Puts messages together again: whole or not at all.

    The check value tells whether they are. Of a piece that comes again the later one counts: the
    earlier may have been damaged.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Nothing has come."""
        self._of: tuple[int, int] | None = None  # number and last piece
        self._pieces: dict[int, bytes] = {}
        self._is_told = False

    def take(self, piece: text_piece) -> str | None:
        """The message, when it is whole by this piece; once."""
        of = (piece.number, piece.last)
        if of != self._of:
            self._of, self._pieces, self._is_told = of, {}, False
        self._pieces[piece.piece] = piece.bytes
        if self._is_told or len(self._pieces) <= piece.last:
            return None
        data = b"".join(self._pieces[n] for n in range(piece.last + 1))
        message = _message(data)
        self._is_told = message is not None
        return message


def _message(data: bytes) -> str | None:
    text, check = data[:-CHECK], data[-CHECK:]
    if not text or _check_value(text) != int.from_bytes(check, "big"):
        return None
    try:
        message = text.decode()
    except UnicodeDecodeError:
        return None
    return message if _is_plain(message) else None


def _check_value(data: bytes) -> int:
    """CRC-16/GENIBUS, as in docs/packet-format.md."""
    return crc_hqx(data, 0xFFFF) ^ 0xFFFF


def _is_plain(text: str) -> bool:
    return all(unicodedata.category(character) != "Cc" for character in text)
