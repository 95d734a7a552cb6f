# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a sender announces itself, and what it says."""

import secrets

from largesc_kernels import announcement, packet_codec

from ..frame.report import ChannelReport
from .announced_report import to_announce

INTERVAL = 25  # frames between announcements: 2 s
# Without the last one a receiver takes two seconds for lost that were never sent, and fills them.
END_REPEATS = 3
SOONEST = 6  # frames after an announcement in which no early one follows
AGAIN = 2  # more announcements that follow an early one


class Announcer:
    """Makes the announce packets of one over: the first before its first frame, then one every
    2 s, at its end the last one, END_REPEATS times over.

    An announcement stands in for a silent frame where it can; otherwise it is an extra packet.
    While the packets of a pause still repeat frames from before it, an announcement that is due
    waits for the first one that repeats nothing: extra packets cost most.

    A report that has changed by more than chance, and the first that tells something, are announced
    early, and twice more, half a second apart, for any may be lost.

    Args:
        codec: of the packets.
        session: 1..65535, or 0 for a random one.
        text: callsign or the like, at most 31 bytes in UTF-8, no control characters.

    Attributes:
        fingerprint: of the codec's checkpoint, 0..65535; 0 where it is not known.
        text: what it says of itself.
        report: how this station receives the other one, or None.

    Raises:
        ValueError: session or text that an announcement cannot carry.
    """

    def __init__(self, codec: packet_codec, session: int = 0, text: str = ""):
        self._codec = codec
        self._session = session or 1 + secrets.randbelow(0xFFFF)
        self.text = text
        self._last: int | None = None
        self._said: ChannelReport | None = None
        self._again = 0  # early ones that are still to come
        self.fingerprint = 0
        self.report: ChannelReport | None = None
        self._pack(0)

    @property
    def session(self) -> int:
        """Session of this over, 1..65535."""
        return self._session

    def begin_over(self) -> None:
        """Key down, in the midst of a session: the next frame is announced."""
        self._last = None

    def begin(self, frame: int) -> bytes | None:
        """The first packet of an over, before its first frame is there; None: it cannot be made
        yet."""
        return self.announce(frame, silence=False) if self.fingerprint else None

    def is_due(self, frame: int, silence: bool, repeats: bool) -> bool:
        """Whether to announce at this frame: in its place if it is silent, otherwise before it.

        Args:
            frame: number of the frame that is to be sent.
            silence: it is silent.
            repeats: its packet carries redundant tokens.
        """
        if self._last is not None and 0 <= frame - self._last < INTERVAL:
            return False
        return not (silence and repeats)

    def is_early(self, frame: int, report: ChannelReport) -> bool:
        """Whether to announce this report before it is time.

        Args:
            frame: number of the frame that is to be sent.
            report: how this station receives the other one now.
        """
        if self._last is None:
            return False
        is_time = SOONEST <= frame - self._last < INTERVAL
        return is_time and (self._again > 0 or _is_urgent(report, self._said))

    def announce(self, frame: int, silence: bool) -> bytes:
        """The packet in place of a silent frame, or beside the packet of any other."""
        said, self._said, self._last = self._said, self.report, frame
        urgent = self.report is not None and _is_urgent(self.report, said)
        self._again = AGAIN if urgent else max(0, self._again - 1)
        return self._pack(frame, silent=silence)

    def end(self, frames: int) -> list[bytes]:
        """The packets behind an over that had frames 0..frames-1."""
        return [self._pack(frames, ends=True)] * END_REPEATS

    def _pack(self, frame: int, silent: bool = False, ends: bool = False) -> bytes:
        data: bytes = self._codec.pack(
            announcement(
                frame=frame % announcement.frame_modulus,
                session=self._session,
                fingerprint=self.fingerprint,
                silent=silent,
                ends=ends,
                report=None if self.report is None else to_announce(self.report),
                text=self.text,
            )
        )
        return data


def _is_urgent(report: ChannelReport, said: ChannelReport | None) -> bool:
    """Whether the other side steers by what is no longer so, or by nothing."""
    return report.is_first_after(said) or (said is not None and report.differs_from(said))
