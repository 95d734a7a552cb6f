# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a sender announces itself in pieces."""

from largesc_kernels import announcement, packet_codec, text_piece

from ..frame.report import ChannelReport
from .announced_report import to_announce
from .announcement_pieces import OF_ANNOUNCEMENTS, Place, pieces_of, place_piece
from .announcer import END_REPEATS, INTERVAL, Announcer
from .piece_code import PIECES
from .piece_timer import PieceTimer

NEWS_GAP = 12  # frames between pieces in speech, until so many were sent that they should be enough
SILENT_GAP, NEWS_IN_SILENCE = 3, 1  # frames between two of them in silence; of a report with news
PLACE_EVERY = 8  # packets: one of so many says where the stream is
SPARE = 3  # of two that are needed one more is sent, for what is lost


class PiecedAnnouncer(Announcer):
    """An Announcer that says the same piece by piece.

    The first packet of an over says session and frame, then come the pieces of the rest. There are
    always more: any that are enough tell all. In speech one comes every second, later every two, or
    somewhat later beside a frame that is missed less; in silence one takes the place of every third
    frame's packet; behind the last frame there are half as many more as are needed.

    A report that has changed, or that knows much more, goes into the next pieces once those before
    are enough; in silence they follow each other then, until they are enough.

    Args:
        codec: of the packets.
        session: 1..65535, or 0 for a random one.
        text: as Announcer has it.
        size: bytes in a piece.

    Raises:
        ValueError: session or text that an announcement cannot carry.
    """

    def __init__(self, codec: packet_codec, session: int, text: str, size: int):
        super().__init__(codec, session, text)
        self._size, self._number = size, 0
        self._timer = PieceTimer()
        self._pieces: list[bytes] = []
        self._enough = self._sent = self._packets = 0
        self._has_news = False
        self._of: tuple[str, int] | None = None  # text and fingerprint in the pieces

    def begin_over(self) -> None:
        """Key down: where the stream is comes first, then pieces from the first on."""
        super().begin_over()
        self._timer.restart()
        self._packets = self._sent = 0

    def begin(self, frame: int) -> bytes | None:
        return self.next(frame, silence=False)  # names no codec: any time will do

    def is_due(self, frame: int, silence: bool, repeats: bool) -> bool:
        """Never a whole one."""
        return False

    def is_early(self, frame: int, report: ChannelReport) -> bool:
        return False

    def next(self, frame: int, silence: bool, is_dear: bool = False) -> bytes | None:
        """The packet that goes with this frame, or None.

        Args:
            frame: number of the frame that is to be sent.
            silence: it takes its place; otherwise it comes beside it.
            is_dear: see PieceTimer.
        """
        if self._is_stale():
            self._renew()
        in_speech = NEWS_GAP if self._sent < self._wanted else INTERVAL
        in_silence = NEWS_IN_SILENCE if self._hurries else SILENT_GAP
        gap = in_silence if silence else in_speech
        if not self._timer.is_time(frame, gap, is_dear):
            return None
        self._packets += 1
        if self._packets % PLACE_EVERY == 1:
            return self._place(frame, silence)
        return self._piece(frame, silence)

    def end(self, frames: int) -> list[bytes]:
        if self._is_stale():
            self._renew()
        # Where pieces have waited, a short over has had one less.
        wanted = self._wanted + self._timer.has_waited
        pieces = [self._piece(frames, False) for _ in range(wanted)]
        last = self._place(frames, False, ends=True)
        return [last, *pieces, *[last] * (END_REPEATS - 1)]

    @property
    def _hurries(self) -> bool:
        return self._has_news and self._sent < self._wanted

    @property
    def _wanted(self) -> int:
        """Pieces after which most receivers know all."""
        return self._enough + -(-self._enough // SPARE)

    def _piece(self, frame: int, silence: bool) -> bytes:
        place = self._sent % PIECES
        self._sent += 1
        number = OF_ANNOUNCEMENTS[self._number]
        sequence = frame % packet_codec.sequence_modulus
        data: bytes = self._codec.pack(
            text_piece(sequence, silence, number, place, PIECES - 1, self._pieces[place])
        )
        return data

    def _is_stale(self) -> bool:
        said, report = self._said, self.report
        if self._of != (self.text, self.fingerprint) or (said is None) != (report is None):
            return True
        if self._sent < self._wanted:
            return False
        return self._report_is_news() or self._sent >= 2 * PIECES

    def _report_is_news(self) -> bool:
        return self.report is not None and self.report.is_news_after(self._said)

    def _renew(self) -> None:
        self._has_news = self._report_is_news()
        self._of, self._said, self._sent = (self.text, self.fingerprint), self.report, 0
        self._number = 1 - self._number
        report = None if self.report is None else to_announce(self.report)
        said = announcement(0, 0, fingerprint=self.fingerprint, report=report, text=self.text)
        self._pieces, self._enough = pieces_of(said, self._size)

    def _place(self, frame: int, silence: bool, ends: bool = False) -> bytes:
        data: bytes = self._codec.pack(place_piece(Place(self.session, frame, silence, ends)))
        return data


def announcer_for(codec: packet_codec, session: int, text: str, size: int | None) -> Announcer:
    """One that says all at once where ``size`` is None, otherwise in pieces of so many bytes.

    Raises:
        ValueError: session or text that an announcement cannot carry.
    """
    if size is None:
        return Announcer(codec, session, text)
    return PiecedAnnouncer(codec, session, text, size)
