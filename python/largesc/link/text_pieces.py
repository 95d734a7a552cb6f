# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts too long for an announcement: cut into pieces by the sender, put together or dropped."""

import unicodedata
from collections import deque

from largesc_kernels import packet_codec, text_piece

from .announcer import INTERVAL
from .check_value import CHECK, with_check_value, without_check_value
from .piece_timer import PieceTimer

MESSAGES = 4  # `number` of their pieces is below; others are of announcements
PIECE = 4 + text_piece.max_bytes  # bytes of the longest packet, without check value


def longest_message(size: int) -> int:
    """Bytes in UTF-8 of the longest message, in pieces of so many bytes."""
    return size * (text_piece.max_last + 1) - CHECK


LONGEST = longest_message(text_piece.max_bytes)
ROUNDS = 4  # times that each piece is sent: at 20 % loss 1 in 625 does not come
SILENT_GAP = 3  # frames between two pieces in silence: 667 bit/s, less than the thinnest speech


def check_message(message: str, longest: int = LONGEST) -> None:
    """Whether a message can be sent.

    Args:
        message: to be sent.
        longest: bytes that there is room for.

    Raises:
        ValueError: it is too long, or has control characters.
    """
    size = len(message.encode())
    if size > longest:
        raise ValueError(f"message must have at most {longest} bytes in UTF-8, not {size}")
    if not _is_plain(message):
        raise ValueError("message must be text without control characters")


class TextSender:
    """Sends a message in pieces, all of them ROUNDS times, one round after the other.

    In silence a piece takes the place of every third frame's packet, at most. In speech one comes
    every two seconds, beside the others, or somewhat later beside one that is missed less.

    Args:
        codec: of the packets.
        size: bytes in a piece; fewer than the longest where a radio's slots hold no more.
    """

    def __init__(self, codec: packet_codec, size: int = text_piece.max_bytes) -> None:
        self._codec, self._size = codec, size
        self._number = -1
        self._message = ""
        self._pieces: deque[tuple[int, bytes]] = deque()
        self._pieces_in_all = 0
        self._timer = PieceTimer()

    def say(self, message: str) -> None:
        """Another message, in place of what is left of the one before; empty for none.

        Raises:
            ValueError: it is too long, or has control characters.
        """
        check_message(message, longest_message(self._size))
        self._timer.restart()
        self._message = message
        self._pieces.clear()
        if not message:
            return
        data, step = with_check_value(message.encode()), self._size
        cut = [data[at : at + step] for at in range(0, len(data), step)]
        if step < text_piece.max_bytes:
            cut[-1] = cut[-1].ljust(step, b"\0")  # just fills the slot
        self._pieces.extend(list(enumerate(cut)) * ROUNDS)
        self._pieces_in_all = len(cut)
        self._number = (self._number + 1) % MESSAGES

    def resize(self, size: int) -> None:
        """Pieces of so many bytes from now on; a message that is not yet sent is said anew.

        Raises:
            ValueError: it is too long for such pieces; nothing has changed then.
        """
        if size == self._size:
            return
        if self._pieces:
            check_message(self._message, longest_message(size))
        self._size = size
        if self._pieces:
            self.say(self._message)

    def next(self, frame: int, silence: bool, is_dear: bool = False) -> bytes | None:
        """The packet of a piece that goes with this frame, or None.

        Args:
            frame: number of the frame that is to be sent.
            silence: the piece takes its place; otherwise it comes beside it.
            is_dear: see PieceTimer.
        """
        gap = SILENT_GAP if silence else INTERVAL
        if not self._pieces or not self._timer.is_time(frame, gap, is_dear):
            return None
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
        if piece.number >= MESSAGES:
            return None
        of = (piece.number, piece.last)
        if of != self._of:
            self._of, self._pieces, self._is_told = of, {}, False
        self._pieces[piece.piece] = piece.bytes
        if self._is_told or len(self._pieces) <= piece.last:
            return None
        data = b"".join(self._pieces[n] for n in range(piece.last + 1))
        message = _message(data, len(self._pieces[0]) - 1)
        self._is_told = message is not None
        return message


def _message(joined: bytes, spare: int) -> str | None:
    text = without_check_value(joined, spare)
    if text is None:
        return None
    try:
        message = text.decode()
    except UnicodeDecodeError:
        return None
    return message if _is_plain(message) else None


def _is_plain(text: str) -> bool:
    return all(unicodedata.category(character) != "Cc" for character in text)
