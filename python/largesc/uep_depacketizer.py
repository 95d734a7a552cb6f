# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block: packets to token frames, in order, one per 80 ms, with holes where tokens are lost."""

from collections.abc import Iterable
from typing import Any

import pmt

from .frame import setting_value as setting
from .frame.due_frame import DueFrame
from .frame.report import Report
from .link.codec_fingerprint import fingerprint_number
from .link.packet_parser import PacketRefused
from .runtime import pdu
from .runtime.arrival_message import read_arrival
from .runtime.guarded_setter import guarded_setter
from .runtime.pdu_block import PduBlock
from .runtime.receiver_drive import ByClock, BySequence, ReceiverDrive
from .speech_link.link_receiver import ClockReceiver, SequenceReceiver
from .speech_link.report_schedule import ReportSchedule
from .speech_link.settings import ReceiverSettings

ADJUSTED = pmt.intern("adjusted")
CLOCK = pmt.intern("clock")
MESSAGE = pmt.intern("message")
REPORT = pmt.intern("report")
FASTEST = 1000  # times the clock's speed: 80 us for a frame


class uep_depacketizer(PduBlock):
    """Parses packets, reorders them, merges what they repeat and hands on every frame once.

    In simulation frames are due by the numbers of the packets that come; nothing depends on
    time. Live, every message on port ``clock`` takes one frame, whatever has come: mimi_decoder
    sends one for each frame that the sound card needs.

    The frame due carries ``source`` (per token: 0 missing, 1 primary, 2 redundant, 4 not sent,
    5 silent frame, 6 lost and nobody knows whether it was sent), ``newest`` (the newest frame as
    received) and ``adjust`` (wish to play a frame less or more at the next pause; 0 withdraws it)
    in its metadata; where a stream begins ``trim`` (s at its beginning that are not to be played);
    in a rest also ``background``, what is to be heard, as mimi_encoder gave it; ``soft`` (f32vector
    of 88, ln P(1)/P(0) of the 11 bits of each token) where a damaged packet tells of them.

    Args:
        look_ahead: frames to wait before a frame is due, 0..12. Redundancy helps only if its lag
            is no larger.
        check: check value of packets: ``none``, ``crc16``, or ``auto``: what two packets in a row
            confirm; the others are counted as ``other_form``.
        live: frames are due by ``clock``.
        codec: fingerprint of the codec that will decode; a sender that announces another one is
            muted. Empty: any will do.
        speed: stream seconds per second of the machine's clock (live), at most 1000; other than 1
            in tests.
        soft: of packets that packet_demodulator does not believe (its ``soft``, ``damaged`` and
            ``known_headers``) hand on what their bits may be, for moshi_recovery's token model.

    Raises:
        ValueError: look_ahead, live or speed out of range, no such check, or no fingerprint.

    Message ports: ``packets`` in (metadata ``time``, ``snr``, ``crc_ok``, ``soft`` may be there),
    ``clock`` in; ``tokens``, ``report`` (a dictionary, every second and when it has news:
    ``session``, ``loss_rate``, ``mean_burst``, ``window``, ``age``, ``snr``, ``received``,
    ``lost``, ``late``, ``recovered``, and under ``peer`` what the other side reported of this one),
    ``message`` (a symbol: a text that came in pieces and is whole) out. Counters: ``received``,
    ``lost``, ``late``, ``early``, ``duplicate``, ``doubtful``, ``repaired``, ``idle``, ``rested``,
    ``skipped``, ``repeated``, ``rejoined``, ``announcements``, ``foreign_codec``, ``pieces``,
    ``messages``, ``soft`` (damaged packets that still tell something);
    of what was refused ``crc_failed`` (damaged), ``other_form`` (with a check value
    in a stream without, or the reverse), ``version`` (of a later version of the format),
    ``malformed``; ``errors``.
    """

    def __init__(
        self,
        look_ahead: int = 1,
        check: str = "auto",
        live: bool = False,
        codec: str = "",
        speed: float = 1.0,
        soft: bool = True,
    ):
        PduBlock.__init__(self, "uep_depacketizer", "packets", "tokens")
        pace = setting.number("speed", speed, above=0, high=FASTEST)
        settings = ReceiverSettings(
            look_ahead=look_ahead, check=check, soft=setting.switch("soft", soft)
        )
        fingerprint = fingerprint_number(codec)
        self._drive: ReceiverDrive = (
            ByClock(ClockReceiver(settings, fingerprint), self._publish, pace)
            if setting.switch("live", live)
            else BySequence(SequenceReceiver(settings, fingerprint), self._publish)
        )
        self._settings = settings
        self._reports = ReportSchedule()
        self._end_marker: Any = None
        self.message_port_register_in(CLOCK)
        self.message_port_register_out(REPORT)
        self.message_port_register_out(MESSAGE)
        self.set_msg_handler(CLOCK, self._handle_clock)

    def counters(self) -> dict[str, int]:
        return self._drive.receiver.counters() | PduBlock.counters(self)

    @property
    def text(self) -> str:
        """What the sender announced of itself last (a callsign); empty before."""
        return self._drive.receiver.text

    @property
    def message(self) -> str:
        """The last text in pieces that came whole; empty before."""
        return self._drive.receiver.message

    def report(self) -> Report:
        """What is known of the channel now, which port ``report`` tells every second."""
        return self._drive.receiver.report()

    def reset(self) -> None:
        self._drive.reset()
        self._reports.reset()
        self._end_marker = None

    def process(self, received: pdu.Pdu) -> None:
        was_muted = self._drive.receiver.muted
        messages = self._drive.receiver.messages
        try:
            self._drive.receive(read_arrival(received))
        except PacketRefused as refused:
            self._refuse(refused.counter, str(refused))
        if self._drive.receiver.messages > messages:
            self.message_port_pub(MESSAGE, pmt.intern(self.message))
        if self._drive.receiver.muted and not was_muted:
            self._log.warn("the sender uses another codec: muted until it announces this one")

    @guarded_setter
    def set_look_ahead(self, look_ahead: int) -> None:
        """Frames to wait from now on, 0..12."""
        self._settings = self._settings.changed(look_ahead=look_ahead)
        self._drive.receiver.look_ahead = self._settings.look_ahead

    def _end(self, marker: pdu.Pdu) -> None:
        if self._end_marker is not None:
            return
        self._end_marker = pdu.join(marker)
        is_over = True
        try:
            is_over = self._drive.end(self._frames_of(marker))
        finally:
            if is_over:
                self._pass_end_on()

    def _frames_of(self, marker: pdu.Pdu) -> int:
        """Frames of the stream; 0 where the marker does not tell: what has come is played."""
        try:
            return pdu.frame_number(marker.meta)
        except pdu.PduError as error:
            self._refuse("malformed", f"end marker: {error}", "taken as it is")
            return 0

    def _handle_clock(self, message: Any) -> None:
        try:
            if self._drive.tick(self._adjusted_by(message)):
                self._pass_end_on()
        except Exception as error:  # whatever it is: an exception would end the block's thread
            self._refuse("errors", f"{type(error).__name__}: {error}")

    def _adjusted_by(self, message: Any) -> int:
        """What a request says under ``adjusted``; 0 where it says nothing, or nonsense."""
        none = pmt.from_long(0)
        adjusted = pmt.dict_ref(message, ADJUSTED, none) if pmt.is_dict(message) else none
        if not pmt.is_integer(adjusted):
            self._refuse("malformed", "adjusted of a request is no whole number", "taken as 0")
            return 0
        return int(pmt.to_long(adjusted))

    def _pass_end_on(self) -> None:
        self.publish(self._end_marker)
        self.finish()

    def _publish(self, due: Iterable[DueFrame]) -> None:
        for frame in due:
            meta = pdu.add(
                pdu.frame_meta(frame.frame),
                source=frame.origin,
                newest=frame.newest,
                adjust=frame.adjust,
            )
            meta = pdu.with_background(meta, frame.sound)
            if frame.trim:
                meta = pdu.add(meta, trim=frame.trim)
            if frame.soft is not None:
                meta = pdu.add(meta, soft=frame.soft.ravel())
            self.publish(pdu.token_frame(meta, frame.tokens))
            report = self.report()
            if self._reports.is_due(report):
                self.message_port_pub(REPORT, pmt.to_pmt(report.as_dict()))
