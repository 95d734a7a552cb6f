# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Receiver's half of the link: arrivals to frames with holes, in order, and what is known of the
channel.

Two receivers share parsing, muting and reports: one is driven by sequence numbers, for simulation
and files, one by the listener's clock, for what is live.
"""

from collections import Counter, deque
from dataclasses import replace
from typing import Any

import numpy as np
from largesc_kernels import (
    announcement,
    deadline_playout,
    packet,
    sequence_playout,
    text_piece,
)

from ..frame.background import Background
from ..frame.due_frame import DueFrame
from ..frame.nonzero_counts import nonzero
from ..frame.report import ChannelReport, Report
from ..frame.tokens import NUM_CODEBOOKS, TokenOrigin, no_tokens
from ..link.announced_report import announced
from ..link.announcement_pieces import AnnouncementAssembler, Place, place_in, place_near
from ..link.arrival import Arrival
from ..link.packet_parser import PacketParser, ParsedPacket
from ..link.text_pieces import TextAssembler
from .settings import ReceiverSettings
from .soft_frames import SoftFrames

STATE_WINDOW = 50  # packets (4 s) over which the channel's state is measured
COUNTERS = (
    *("received", "lost", "late", "early", "duplicate", "doubtful", "repaired", "idle"),
    *("rested", "skipped", "repeated", "rejoined"),
)


class LinkReceiver:
    """What both receivers do: parse, mute a sender of another codec, count, report.

    Args:
        settings: of the receiver.
        playout: which driver the frames wait in.
        fingerprint: of the codec that will decode, 0..65535; 0 if any will do.

    Attributes:
        text: what the sender said of itself last (a callsign); empty before.
        message: the last that came whole, in pieces; empty before.
        muted: the sender announced a codec that the receiver does not have.
    """

    def __init__(self, settings: ReceiverSettings, playout: Any, fingerprint: int = 0):
        self._parser = PacketParser(settings.check)
        self._fingerprint = fingerprint
        self._playout = playout
        self._soft = SoftFrames() if settings.soft else None
        self.reset()

    def reset(self) -> None:
        """Forgets the stream and its sender; counters to zero."""
        self._parser.reset()
        self._playout.reset()
        if self._soft is not None:
            self._soft.reset()
        self._counts: Counter[str] = Counter()
        self._snr: deque[float] = deque(maxlen=STATE_WINDOW)
        self._announced_codec: int | None = None  # as it was said last
        self._peer: ChannelReport | None = None
        self._frames = self._frames_at_peer = 0  # played, and when the peer's report came
        self.muted = self._has_ended = False
        self._texts, self._announced = TextAssembler(), AnnouncementAssembler()
        self._newest = 0  # number of the frame that was due last
        self.text = self.message = ""

    @property
    def messages(self) -> int:
        """How many have come whole."""
        return self._counts["messages"]

    @property
    def look_ahead(self) -> int:
        """Frames to wait before a frame is due, 0..12; may change while running."""
        return int(self._playout.look_ahead)

    @look_ahead.setter
    def look_ahead(self, look_ahead: int) -> None:
        self._playout.look_ahead = look_ahead

    def counters(self) -> dict[str, int]:
        """What was counted since the last reset, by name.

        Those of ``playout_counts``; ``announcements``, ``foreign_codec``; of messages ``pieces``
        and, whole, ``messages``; of what was refused ``malformed``, ``crc_failed``, ``version`` and
        ``other_form`` (see PacketParser), and ``soft``, of the ``crc_failed`` those that still tell
        something of their tokens; ``behind_end``, what a modem found in the noise behind an over.
        """
        counts = {name: int(getattr(self._playout.counts, name)) for name in COUNTERS}
        noted = nonzero(self._counts)
        return counts | noted | self._parser.counters()

    def report(self) -> Report:
        """The channel as it was over the last STATE_WINDOW packets, and the other side's report."""
        counts, statistics = self._playout.counts, self._playout.statistics
        channel = ChannelReport(
            session=max(0, self._playout.session),
            loss_rate=statistics.loss_rate,
            mean_burst=statistics.mean_burst,
            window=statistics.window,
            age=self._age(),
            snr=float(np.mean(self._snr)) if self._snr else None,
        )
        return Report(
            channel, counts.received, counts.lost, counts.late, counts.repaired, self._aged_peer()
        )

    def _aged_peer(self) -> ChannelReport | None:
        """The other side's report, older by what was played since it came."""
        if self._peer is None:
            return None
        return replace(self._peer, age=self._peer.age + self._frames - self._frames_at_peer)

    def _age(self) -> float:
        """Frames since the last packet in the report."""
        return 0.0

    def _parsed(self, arrival: Arrival) -> list[ParsedPacket]:
        """What an arrival says.

        A modem goes on with an over until it is sure that it has ended: what it finds damaged
        behind the end that the sender announced is noise, and no packet that was damaged.
        """
        if arrival.verdict is False and self._has_ended:
            self._counts["behind_end"] += 1
            return []
        if self._soft is not None and arrival.verdict is False:
            self._counts["soft"] += self._soft.take(arrival)
        return self._noted(self._parser.parse(arrival))

    def _noted(self, found: list[ParsedPacket]) -> list[ParsedPacket]:
        """The same, after a note of SNR and of what announcements tell."""
        for one in found:
            if one.arrival.snr is not None:
                self._snr.append(one.arrival.snr)
            if isinstance(one.says, announcement):
                self._note(one.says, one.verified)
            elif isinstance(one.says, text_piece):
                self._note_piece(one.says)
            place = _told_place(one.says)
            self._has_ended = place is not None and place.ends
        return found

    def _note_piece(self, piece: text_piece) -> None:
        self._counts["pieces"] += 1
        said = self._announced.take(piece)
        if said is not None:
            self._note(said, True)
        whole = self._texts.take(piece)
        if whole is not None:
            self.message = whole
            self._counts["messages"] += 1

    def _note(self, said: announcement, verified: bool) -> None:
        """What an announcement tells beside the place in the stream.

        Another codec that nothing vouches for is believed when it is said twice, or first of all:
        a damaged announcement must not mute a sender for two seconds.
        """
        self._counts["announcements"] += 1
        self.text = said.text
        if said.report is not None:
            self._peer, self._frames_at_peer = announced(said.report), self._frames
        is_foreign = self._fingerprint not in (0, said.fingerprint)
        self._counts["foreign_codec"] += is_foreign
        is_sure = verified or self._announced_codec in (None, said.fingerprint)
        self.muted = is_foreign and (is_sure or self.muted)
        self._announced_codec = said.fingerprint

    def _place(self, said: Any) -> Place | None:
        """Where in its stream an announcement is, or a piece that says just that."""
        place = _told_place(said)
        if place is None or isinstance(said, announcement):
            return place
        return place_near(place, self._newest)

    def _due(self, step: Any) -> DueFrame:
        self._frames += 1
        self._newest = step.frame
        if self.muted:
            silent = np.full(NUM_CODEBOOKS, TokenOrigin.SILENCE, dtype=np.uint8)
            return DueFrame(step.frame, no_tokens(), silent, no_tokens(), step.adjust)
        sound = step.sound and Background(step.sound.level, step.sound.tilt, step.sound.bend)
        soft = None if self._soft is None else self._soft.of_next(step.frame)
        known = step.frame, step.due, step.origin, step.newest, step.adjust
        return DueFrame(*known, sound, soft, step.trim)


class SequenceReceiver(LinkReceiver):
    """Frames are due by the numbers of the packets that come; nothing depends on time.

    The stream starts with frame 0. Same arrivals, same frames.
    """

    def __init__(self, settings: ReceiverSettings, fingerprint: int = 0):
        playout = sequence_playout(settings.look_ahead, window=STATE_WINDOW)
        super().__init__(settings, playout, fingerprint)

    def receive(self, arrival: Arrival) -> list[DueFrame]:
        """Takes a packet; returns the frames due by it, oldest first.

        Raises:
            PacketRefused: the bytes are no packet for this receiver; it is counted.
        """
        return self._played(self._parsed(arrival))

    def end(self, frames: int) -> list[DueFrame]:
        """Ends a stream of so many frames; returns those still to play.

        Raises:
            ValueError: an absurd number.
        """
        due = self._played(self._noted(self._parser.flush()))
        return due + [self._due(step) for step in self._playout.flush(frames)]

    def _played(self, found: list[ParsedPacket]) -> list[DueFrame]:
        due: list[DueFrame] = []
        for one in found:
            if (place := self._place(one.says)) is not None:
                steps = self._playout.announce(*place, verified=one.verified)
            elif (said := _packet(one.says)) is not None:
                steps = self._playout.push(said, verified=one.verified)
            else:
                continue
            due += [self._due(step) for step in steps]
        return due


class ClockReceiver(LinkReceiver):
    """Frames are due when the listener needs them (:meth:`step`), whatever has come."""

    def __init__(self, settings: ReceiverSettings, fingerprint: int = 0):
        playout = deadline_playout(settings.look_ahead, window=STATE_WINDOW)
        super().__init__(settings, playout, fingerprint)

    def reset(self) -> None:
        super().reset()
        self._steps_without = 0

    def receive(self, arrival: Arrival) -> None:
        """Takes a packet.

        Args:
            arrival: its time must be there, in seconds on the clock of :meth:`step`: when it was
                found. Playout goes by what that is without ``behind``.

        Raises:
            PacketRefused: the bytes are no packet for this receiver; it is counted.
            ValueError: no time.
        """
        if arrival.time is None:
            raise ValueError("a receiver by the clock needs to know when packets come")
        for one in self._parsed(arrival):
            self._steps_without = 0
            now, how = one.arrival.time, {"verified": one.verified, "behind": one.arrival.behind}
            if (place := self._place(one.says)) is not None:
                self._playout.announce(*place, now, **how)
            elif (said := _packet(one.says)) is not None:
                self._playout.push(said, now, **how)

    def step(self, now: float, adjusted: int = 0) -> DueFrame:
        """The frame that the listener needs now.

        Args:
            now: seconds on the listener's clock.
            adjusted: what was done about a wish since: -1 a frame left out, 1 one played twice.
        """
        self._steps_without += 1
        return self._due(self._playout.step(now, adjusted))

    def _age(self) -> float:
        return float(max(0, self._steps_without - 1))


def _packet(said: packet | text_piece) -> packet | None:
    """What it says of a frame: a piece of text may stand for a silent one, or for none."""
    if not isinstance(said, text_piece):
        return said
    return packet(said.sequence) if said.silent else None


def _told_place(said: Any) -> Place | None:
    """The place as it stands there: pieces have but some bits of the frame's number."""
    if isinstance(said, announcement):
        return Place(said.session, said.frame, said.silent, said.ends)
    return place_in(said) if isinstance(said, text_piece) else None
