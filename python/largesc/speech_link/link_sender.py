# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sender's half of the link: tokens of frames to bytes of packets."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from largesc_kernels import packet_codec

from ..frame.background import Background
from ..frame.nonzero_counts import nonzero
from ..frame.report import ChannelReport
from ..frame.speech_facts import SpeechFacts
from ..frame.tokens import Allocation, Tokens
from ..link.announcer import Announcer
from ..link.packetizer import PackedFrame, Packetizer
from ..link.pieced_announcer import PiecedAnnouncer, announcer_for
from .aged_report import AgedReport
from .budget_control import bytes_in_pieces, check_texts, message_bytes, tells_snr
from .control_values import read_control
from .sent_packet import SentPacket
from .settings import SenderSettings
from .silent_frames import SilentFrames
from .steering import Steering


def packet_codec_for(settings: SenderSettings) -> packet_codec:
    """What writes the packets of these settings, with a check value or without."""
    return packet_codec(settings.check == "crc16")


def check_sender(settings: SenderSettings) -> None:
    """Whether a sender can be made of these settings; before a model is loaded for it.

    Raises:
        ValueError: see LinkSender.
    """
    LinkSender(settings)


class LinkSender:
    """Turns frames into packets; says who is sending; hears how the other side receives.

    Args:
        settings: of the sender.
        fingerprint: of the codec, 0..65535, for announcements; 0 where it is not known.

    Attributes:
        settings: in force; :meth:`control` changes some of them.

    Raises:
        ValueError: session or text that an announcement cannot carry; see Steering for more.
    """

    def __init__(self, settings: SenderSettings, fingerprint: int = 0):
        self.settings = settings
        self._fingerprint = fingerprint
        self._codec = packet_codec_for(settings)
        self._packetizer = Packetizer(self._codec)
        self._steering = Steering(settings, self._codec, fingerprint)
        self.reset()

    def reset(self) -> None:
        """A new over: nothing to repeat, no report, counters at zero; a session is drawn anew."""
        self._packetizer.reset()
        self._announcer = self._made_announcer()
        self._counts: Counter[str] = Counter()
        size = message_bytes(self.settings)
        self._silent_frames = SilentFrames(self._codec, self._counts, size, self._in_pieces())
        self._silent_frames.say(self.settings.message)
        self._own: AgedReport | None = None  # how this station receives the other one
        self._peer: AgedReport | None = None  # and how that one receives this sender
        self._frame = self._next_frame = 0  # sent last, and to come
        self._ahead: list[SentPacket] = []  # sent before their frame
        self._steering.reset()

    @property
    def session(self) -> int:
        """As the other side reports it: 1..65535, or 0 without announcements."""
        return self._announcer.session if self.settings.announce else 0

    @property
    def notice(self) -> str:
        """See Steering."""
        return self._steering.notice

    @property
    def channel(self) -> ChannelReport | None:
        """State of the channel from here to the other side, as far as that has reported it.

        Its age counts the frames since. None before the first report; a report on another session
        than this one is none, but one from a receiver that no announcement has reached yet is.
        """
        if self._peer is None or not self._is_on_this(self._peer.report):
            return None
        return self._peer.at(self._now)

    def allocation(self, frame: int) -> Allocation:
        """What is sent and repeated with a frame, where its caller does not say."""
        return self._steering.fixed(frame)

    def hear(self, report: ChannelReport) -> None:
        """Takes a report of the receiver of these packets that comes beside the link.

        Raises:
            ValueError: it is on another session, or too old; it is not looked at then.
        """
        if not self._is_on_this(report):
            raise ValueError(
                f"a report on session {report.session} is none on this one, {self.session}"
            )
        self._steering.hear(report, self._frame)
        self._peer = AgedReport(report, self._now)
        self._counts["reports"] += 1

    def push(
        self,
        frame: int,
        tokens: Tokens,
        silence: bool = False,
        allocation: Allocation | None = None,
        fingerprint: int = 0,
        facts: SpeechFacts | None = None,
        sound: Background | None = None,
    ) -> list[SentPacket]:
        """Packets of the next frame, in the order of sending: one, or an announcement before it.

        Of a silent frame whose background is told there may be none: see RestSchedule.

        Args:
            frame: number of the frame since the start.
            tokens: int16 ``[8]``; those that are sent must not be missing.
            silence: the frame is silent: no tokens of its own are sent.
            allocation: tokens to send and repeat, in place of the settings' or the budget's.
            fingerprint: of the codec that the frame was encoded with, if it is known.
            facts: what is known of the frame beside its tokens: a budget is spent by it.
            sound: what is to be heard in a silent frame.

        Raises:
            ValueError: a token that is to be sent is missing, or no slot holds the packet.
        """
        self._fingerprint = fingerprint or self._fingerprint
        self._steering.for_codec(self._fingerprint)
        wanted = self._is_early(frame)
        early = wanted and self._steering.has_room()
        spent = self._steering.allocate(frame, facts, silence, wanted)
        chosen = spent if allocation is None else allocation
        packed = self._packed(frame, tokens, chosen, silence)
        self._frame, self._next_frame = frame, frame + 1
        packets, repeats = [SentPacket(packed.data, frame, packed.tokens)], packed.tokens > 0
        if not silence:
            is_dear = self._steering.is_dear(facts)
            packets = [*self._silent_frames.beside_speech(frame, is_dear), *packets]
        if self._announces(frame, silence, repeats, early):
            announced = SentPacket(self._announcer.announce(frame, silence), frame, 0, not silence)
            packets = [announced] if silence else [announced, *packets]
        elif silence and not repeats:
            packets = self._silent_frames.in_place_of(packets[0], sound)
        self._counts["silent"] += silence
        self._steering.sent(len(packet.data) for packet in [*self._ahead, *packets])
        self._ahead = []
        return self._counted(packets)

    def end(self, frames: int) -> list[SentPacket]:
        """Packets behind the last frame of an over that had frames 0..frames-1."""
        if not self.settings.announce:
            return []
        self._prepare_announcer()
        last = self._announcer.end(frames)
        self._counts["announcements"] += len(last)
        return self._counted([SentPacket(data, frames, 0, beside=True) for data in last])

    def begin_over(self) -> list[SentPacket]:
        """Key down; the session goes on. What announces the next frame while it is still spoken;
        nothing where the codec is not known that this names: it comes with the frame then."""
        self._announcer.begin_over()
        self._prepare_announcer()
        data = self._announcer.begin(self._next_frame) if self.settings.announce else None
        self._ahead = [] if data is None else [SentPacket(data, self._next_frame, 0, beside=True)]
        self._counts["pieces" if self._in_pieces() else "announcements"] += len(self._ahead)
        return self._counted(self._ahead)

    def end_over(self) -> list[SentPacket]:
        """Packets behind the last frame before the key goes up."""
        return self.end(self._next_frame)

    def wait(self, frames: int) -> None:
        """The key was up for so many frames: what is known of the channel is older by that."""
        self._steering.wait(frames)

    def control(self, values: Mapping[str, Any]) -> None:
        """Changes several settings at once, and takes a receiver's report; all or nothing.

        Args:
            values: settings of CHANGEABLE by name; and what :meth:`Report.as_dict` gives: how this
                station receives the other one, to be announced, and how that one receives it.

        Raises:
            ValueError: an unknown name, or a value out of range; nothing has changed then.
        """
        chosen, report = read_control(values)
        settings = self.settings.changed(**chosen)
        check_texts(settings, self._codec)
        if report is not None and report.peer is not None:
            self._steering.check(report.peer)
        self._steering.change(settings)
        was, self.settings = bytes_in_pieces(self.settings), settings
        if was != bytes_in_pieces(settings):
            self._announcer = self._made_announcer(self._announcer.session)
            self._silent_frames.announcer = self._in_pieces()
        self._silent_frames.resize(message_bytes(settings))
        if "message" in chosen:
            self._silent_frames.say(settings.message)
        self._announcer.text = settings.text
        if report is not None:
            self._own = AgedReport(report.channel, self._now)
            self._counts["reports"] += 1
            if report.peer is not None:
                self._take_in(report.peer)

    def counters(self) -> dict[str, int]:
        """What was counted since the last reset.

        ``packets`` (one per frame, but for those ``rested``, silent frames that had none),
        ``silent`` (frames), ``announcements`` (one that stands for a silent frame is among the
        packets, too), ``pieces`` (of text, likewise), ``bytes``, ``tokens``, ``reports``.
        """
        return nonzero(self._counts)

    def _packed(
        self, frame: int, tokens: Tokens, allocation: Allocation, silence: bool
    ) -> PackedFrame:
        """The packet of a frame, in a slot if there are any: what is there to be repeated may be
        less than was thought, and a slot that is not full holds two bytes less."""
        packed = self._packetizer.packetize(frame, tokens, allocation, silence)
        while allocation.n_redundant and not self._steering.is_held(len(packed.data)):
            allocation = replace(allocation, n_redundant=allocation.n_redundant - 1)
            packed = self._packetizer.packetize(frame, tokens, allocation, silence)
        if not self._steering.is_held(len(packed.data)):
            raise ValueError(f"no slot holds a packet of {len(packed.data)} bytes")
        return packed

    def _made_announcer(self, session: int = 0) -> Announcer:
        # Made even if it is not used: a wrong session or text is an error in any case.
        size = bytes_in_pieces(self.settings) if self.settings.announce else None
        session = session or self.settings.session
        return announcer_for(self._codec, session, self.settings.text, size)

    def _in_pieces(self) -> PiecedAnnouncer | None:
        return self._announcer if isinstance(self._announcer, PiecedAnnouncer) else None

    def _is_early(self, frame: int) -> bool:
        """Whether to announce a report that has changed, before it is time."""
        own = self._own if self.settings.announce else None
        return own is not None and self._announcer.is_early(frame, own.report)

    def _announces(self, frame: int, silence: bool, repeats: bool, early: bool) -> bool:
        if not self.settings.announce:
            return False
        self._prepare_announcer()
        if not early and not self._announcer.is_due(frame, silence, repeats):
            return False
        self._counts["announcements"] += 1
        return True

    def _prepare_announcer(self) -> None:
        self._announcer.fingerprint = self._fingerprint
        self._announcer.report = self._report_to_send()

    def _report_to_send(self) -> ChannelReport | None:
        """How this station receives the other one, its age up to now."""
        if self._own is None or not self._own.report.window:
            return None
        aged = self._own.at(self._now)
        return aged if tells_snr(self.settings) else replace(aged, snr=None)

    @property
    def _now(self) -> int:
        return self._steering.time(self._frame)

    def _is_on_this(self, report: ChannelReport) -> bool:
        """A receiver that no announcement has reached yet knows no session."""
        return report.session in (0, self.session)

    def _take_in(self, report: ChannelReport) -> None:
        """Takes a report on what this sender sends; one on another session, or a stale one, steers
        nothing."""
        self._peer = AgedReport(report, self._now)
        if self._is_on_this(report) and report.age <= self._steering.oldest:
            self._steering.hear(report, self._frame)

    def _counted(self, packets: list[SentPacket]) -> list[SentPacket]:
        for packet in packets:
            self._counts["packets"] += not packet.beside
            self._counts["bytes"] += len(packet.data)
            self._counts["tokens"] += packet.tokens
        return packets
