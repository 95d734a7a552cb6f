# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block: packets to token frames, in order, one per 80 ms, with holes where tokens are lost."""

import time
from collections.abc import Iterable
from typing import Any

import pmt

from .link.depacketizer import ChannelState, Depacketizer, DueFrame, PacketError
from .runtime import pdu
from .runtime.pdu_block import PduBlock

REPORT_EVERY = 12  # frames, about a second, between two reports of the channel's state
ADJUSTED = pmt.intern("adjusted")
CLOCK = pmt.intern("clock")
CHANNEL_STATE = pmt.intern("channel_state")


class uep_depacketizer(PduBlock):
    """Parses packets, reorders them, merges what they repeat and hands on every frame once.

    In simulation frames are due by the numbers of the packets that come; nothing depends on
    time. Live, every message on port ``clock`` takes one frame, whatever has come: mimi_decoder
    sends one for each frame that the sound card needs.

    The frame due carries ``source`` (per token: 0 missing, 1 primary, 2 redundant, 4 not sent,
    5 silent frame), ``newest`` (the newest frame as received) and, live, ``adjust`` (wish to play
    a frame less or more at the next pause) in its metadata.

    Args:
        look_ahead: frames to wait before a frame is due, 0..5. Redundancy helps only if its lag
            is no larger.
        crc: packets end in a CRC-16, as the sender's setting says.
        live: frames are due by ``clock``.
        codec: fingerprint of the codec that will decode; a sender that announces another one is
            muted. Empty: any will do.
        speed: stream seconds per second of the machine's clock (live); other than 1 in tests.

    Raises:
        ValueError: look_ahead or speed out of range, or no fingerprint.

    Message ports: ``packets``, ``clock`` in; ``tokens``, ``channel_state`` (a dictionary, about
    every second) out. Counters: ``received``, ``lost``, ``late``, ``early``, ``duplicate``,
    ``repaired``, ``idle``, ``skipped``, ``repeated``, ``rejoined``, ``announcements``,
    ``foreign_codec``, ``crc_failed`` (damaged, or sent without check value), ``version`` (of a
    later version of the format), ``malformed``, ``errors``.
    """

    def __init__(
        self,
        look_ahead: int = 1,
        crc: bool = False,
        live: bool = False,
        codec: str = "",
        speed: float = 1.0,
    ):
        PduBlock.__init__(self, "uep_depacketizer", "packets", "tokens")
        if not speed > 0.0:
            raise ValueError(f"speed must be above 0, not {speed}")
        self._depacketizer = Depacketizer(look_ahead, crc, codec, live)
        self._live = live
        self._speed = speed
        self._published = 0
        self._end_marker: Any = None
        self._ticks_to_end = 0
        self.message_port_register_in(CLOCK)
        self.message_port_register_out(CHANNEL_STATE)
        self.set_msg_handler(CLOCK, self._handle_clock)

    def counters(self) -> dict[str, int]:
        return self._depacketizer.counters() | PduBlock.counters(self)

    @property
    def text(self) -> str:
        """What the sender announced of itself last (a callsign); empty before."""
        return self._depacketizer.text

    def channel_state(self) -> ChannelState:
        """What is known of the channel now; port ``channel_state`` tells it every second."""
        return self._depacketizer.channel_state()

    def reset(self) -> None:
        self._depacketizer.reset()
        self._published = 0
        self._end_marker = None

    def process(self, received: pdu.Pdu) -> None:
        data = pdu.read_packet(received.vector)
        was_muted = self._depacketizer.muted
        try:
            due = self._depacketizer.receive(data, self._now())
        except PacketError as error:
            self._refuse(error.counter, str(error))
            return
        if self._depacketizer.muted and not was_muted:
            self._log.warn("the sender uses another codec: muted until it announces this one")
        self._publish(due)

    def flush(self, frames: int) -> None:
        if not self._live:
            self._publish(self._depacketizer.flush(frames))

    def set_look_ahead(self, look_ahead: int) -> None:
        """Frames to wait from now on, 0..5."""
        self._depacketizer.look_ahead = look_ahead

    def _end(self, marker: pdu.Pdu) -> None:
        if not self._live:
            PduBlock._end(self, marker)
        elif self._end_marker is None:
            # The clock goes on until what is held has been played.
            self._end_marker = pdu.join(marker)
            self._ticks_to_end = self._depacketizer.look_ahead + 1

    def _handle_clock(self, message: Any) -> None:
        try:
            if self._live:
                self._tick(message)
        except Exception as error:  # whatever it is: an exception would end the block's thread
            self._refuse("errors", f"{type(error).__name__}: {error}")

    def _tick(self, message: Any) -> None:
        if self._end_marker is not None:
            if self._ticks_to_end == 0:
                self.publish(self._end_marker)
                self.finish()
                return
            self._ticks_to_end -= 1
        adjusted = 0
        if pmt.is_dict(message):
            adjusted = pmt.to_python(pmt.dict_ref(message, ADJUSTED, pmt.from_long(0)))
        self._publish([self._depacketizer.tick(self._now(), int(adjusted))])

    def _now(self) -> float:
        """Stream seconds."""
        return time.monotonic() * self._speed

    def _publish(self, due: Iterable[DueFrame]) -> None:
        for frame in due:
            meta = pdu.add(pdu.frame_meta(frame.frame), source=frame.origin, newest=frame.newest)
            if self._live:  # 0 withdraws a wish
                meta = pdu.add(meta, adjust=frame.adjust)
            self.publish(pdu.token_frame(meta, frame.tokens))
            self._published += 1
            if self._published % REPORT_EVERY == 0:
                self._report()

    def _report(self) -> None:
        state = self._depacketizer.channel_state()._asdict()
        self.message_port_pub(CHANNEL_STATE, pmt.to_pmt(state))
