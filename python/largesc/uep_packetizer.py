# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block: token frames to packets with in-band unequal error protection."""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pmt

from .control.slot_losses import SlotLoss
from .frame.report import ChannelReport, Report
from .frame.tokens import FRAME_RATE, Allocation
from .radio.modem_profile import slot_losses_of
from .runtime import pdu
from .runtime.control_message import read_control, read_switch
from .runtime.guarded_setter import guarded_setter
from .runtime.pdu_block import PduBlock
from .speech_link.link_sender import LinkSender
from .speech_link.sent_packet import SentPacket
from .speech_link.settings import SenderSettings

CONTROL, REPORT, OVER = pmt.intern("control"), pmt.intern("report"), pmt.intern("over")


class uep_packetizer(PduBlock):
    """One packet per token frame: first tokens of the frame, and of earlier ones again.

    Keys ``n_primary``, ``n_redundant``, ``lag`` and ``code`` (a symbol) in a frame's metadata, a
    controller's choice, take the place of the block's settings for that frame. With ``silence``
    true the packet has no tokens of its own frame, only what it repeats; with ``background`` as
    well the frame belongs to a rest, and few of these have a packet. For announce packets ``codec``
    gives the checkpoint's fingerprint.

    A dictionary on port ``control`` changes several settings at once (``n_primary``,
    ``n_redundant``, ``lag``, ``code``, ``budget``, ``text``, ``message``), or brings the report of
    this station's receiver (port ``report`` of uep_depacketizer): announcements carry it to the
    other side, and what that reported of this sender is :attr:`channel`. Where its reports come
    beside the link (its port ``report``, connected), they go to port ``report``.

    Args:
        n_primary: tokens of its own frame in a packet, 4..8.
        n_redundant: tokens of earlier frames in a packet, 0..7.
        lag: how many frames earlier a repeated one is, 1..12; above 5 costs a byte or two.
        code: ``repetition`` of one earlier frame; ``xor_pair``: the XOR of those 1 and 3 frames
            earlier; ``window``: a combination of those 1, 3 and 5 frames earlier; or ``auto``:
            whichever of these loses the least, reaching no farther back than ``lag``, by what
            the receiver reports.
        check: ``none``, or ``crc16``: every packet ends in a CRC-16, for links whose lower layer
            lets damaged packets through.
        announce: send announce packets: at the start, every 2 s and (three times) at the
            end.
        session: what they call this run, 1..65535; 0 draws a number at every start.
        text: what they say, a callsign or the like: at most 31 bytes in UTF-8.
        budget: bit/s to spend, by what each frame's tokens are worth (docs/controller.md); then
            n_primary and n_redundant are not looked at. 0: every packet has these.
        checkpoint: of the frames; its controller tells a budget what tokens are worth.
        importance: ``network``: the checkpoint's controller tells; ``plain``: level and spectral
            flux alone; ``auto``: the controller, if there is one and it belongs to the codec.
        slots: bytes that the slots of a radio hold, those of packet_modulator; none: packets take
            what they need.
        slot_losses: how often slots of each size are lost by SNR, for a budget to choose them by:
            name of the modem's profile (``hf``, ``vhf``), or curves; none: all are lost alike.
        message: a longer text, at most 254 bytes in UTF-8, sent in pieces: in the place of silent
            frames, and one every 2 s beside the others; each piece four times.

    Attributes:
        reports_before: asked before each frame, by its number, for the report that comes then. For
            simulations, in which every run has to be the same; None otherwise.

    Raises:
        ValueError: a setting out of range, packets that fit no slot, or no controller where one is
            asked for.

    True on port ``over`` says that the key has gone down: the over is announced at once, while its
    first frame is still spoken (with the first frame where nothing was sent before and no slots
    are known); false that it has gone up: the end of the over is announced, and the session goes
    on.

    Message ports: ``tokens``, ``control``, ``report``, ``over`` in, ``packets`` out (metadata
    ``frame``, ``packet_bits`` and, where it stands for no frame, ``beside``, true). Counters:
    ``packets`` (one per frame, but for those ``rested``), ``silent`` (frames), ``announcements``
    (one that stands for a silent frame is among both), ``pieces`` (of messages), ``bytes`` (of
    all), ``tokens``, ``reports``,
    ``refused`` (control messages, reports), ``malformed``, ``errors``.
    """

    def __init__(
        self,
        n_primary: int = 8,
        n_redundant: int = 0,
        lag: int = 1,
        code: str = "repetition",
        check: str = "none",
        announce: bool = False,
        session: int = 0,
        text: str = "",
        budget: float = 0.0,
        checkpoint: str = "mini",
        importance: str = "auto",
        slots: Sequence[int] = (),
        slot_losses: str | Sequence[SlotLoss] = (),
        message: str = "",
    ):
        PduBlock.__init__(self, "uep_packetizer", "tokens", "packets")
        self._sender = LinkSender(
            SenderSettings(
                n_primary=n_primary,
                n_redundant=n_redundant,
                lag=lag,
                code=code,
                check=check,
                announce=announce,
                session=session,
                text=text,
                budget=budget,
                checkpoint=checkpoint,
                importance=importance,
                slots=slots,
                slot_losses=slot_losses_of(slot_losses),
                message=message,
            )
        )
        self._key_up: float | None = None  # s, monotonic: since when, as far as it is counted
        self.reports_before: Callable[[int], ChannelReport | None] | None = None
        self.note(self._sender.notice)
        self.message_port_register_in(CONTROL)
        self.set_msg_handler(CONTROL, self._handle_control)
        self.message_port_register_in(REPORT)
        self.set_msg_handler(REPORT, self._handle_report)
        self.message_port_register_in(OVER)
        self.set_msg_handler(OVER, self._handle_over)

    def reset(self) -> None:
        self._sender.reset()
        self._key_up = None

    def counters(self) -> dict[str, int]:
        return self._sender.counters() | PduBlock.counters(self)

    @property
    def channel(self) -> ChannelReport | None:
        """How the other side receives this sender, as far as it has reported it."""
        return self._sender.channel

    @property
    def session(self) -> int:
        """Number of this run in announcements; 0 without them."""
        return self._sender.session

    def process(self, received: pdu.Pdu) -> None:
        frame = pdu.frame_number(received.meta)
        if self.reports_before is not None:
            report = self.reports_before(frame)
            if report is not None:
                self._sender.hear(report)
        self._send(
            self._sender.push(
                frame,
                pdu.read_tokens(received.vector),
                pdu.flag(received.meta, "silence"),
                self._allocation_for(received.meta),
                pdu.fingerprint(received.meta),
                pdu.speech_facts(received.meta),
                pdu.background(received.meta),
            )
        )
        self.note(self._sender.notice)

    def flush(self, frames: int) -> None:
        self._send(self._sender.end(frames))

    @guarded_setter
    def set_tokens(self, n_primary: int, n_redundant: int, lag: int, code: str) -> None:
        """What the packets to come have, all of it at once or nothing: slots may hold this, and
        neither of what single changes would pass through."""
        self._sender.control(
            {"n_primary": n_primary, "n_redundant": n_redundant, "lag": lag, "code": code}
        )

    @guarded_setter
    def set_n_primary(self, n_primary: int) -> None:
        """Tokens of its own frame in the packets to come, 4..8."""
        self._sender.control({"n_primary": n_primary})

    @guarded_setter
    def set_n_redundant(self, n_redundant: int) -> None:
        """Tokens of an earlier frame in the packets to come, 0..7."""
        self._sender.control({"n_redundant": n_redundant})

    @guarded_setter
    def set_lag(self, lag: int) -> None:
        """How many frames earlier the repeated tokens are, 1..12."""
        self._sender.control({"lag": lag})

    @guarded_setter
    def set_code(self, code: str) -> None:
        """What the redundant tokens to come are: repetition, xor_pair, window or auto."""
        self._sender.control({"code": code})

    @guarded_setter
    def set_budget(self, budget: float) -> None:
        """Bits per second to spend from now on; 0 for packets of fixed numbers of tokens."""
        self._sender.control({"budget": budget})

    @guarded_setter
    def set_text(self, text: str) -> None:
        """What announcements say from now on, at most 31 bytes in UTF-8."""
        self._sender.control({"text": text})

    @guarded_setter
    def set_message(self, message: str) -> None:
        """A message to be sent now, in place of what is left of the one before."""
        self._sender.control({"message": message})

    def _handle_control(self, message: Any) -> None:
        self._count_wait()
        self.take_guarded("control message", lambda: self._sender.control(read_control(message)))

    def _handle_report(self, message: Any) -> None:
        self._count_wait()
        self.take_guarded(
            "report", lambda: self._sender.hear(Report.of_dict(read_control(message)).channel)
        )

    def _handle_over(self, message: Any) -> None:
        self.take_guarded("over", lambda: self._turn(read_switch(message)))

    def _turn(self, begins: bool) -> None:
        self._count_wait()
        self._key_up = None if begins else time.monotonic()
        self._send(self._sender.begin_over() if begins else self._sender.end_over())

    def _count_wait(self) -> None:
        """Frames are numbered as they are sent; reports grow older while the key is up, too."""
        if self._key_up is not None:
            frames = int((time.monotonic() - self._key_up) * FRAME_RATE)
            self._sender.wait(frames)
            self._key_up += frames / FRAME_RATE

    def _send(self, packets: Iterable[SentPacket]) -> None:
        for packet in packets:
            meta = pdu.add(pdu.frame_meta(packet.frame), packet_bits=8 * len(packet.data))
            if packet.beside:
                meta = pdu.add(meta, beside=True)
            self.publish(pdu.packet(meta, packet.data))

    def _allocation_for(self, meta: Any) -> Allocation | None:
        chosen: dict[str, Any] = {
            key: pdu.allocation_value(meta, key) for key in ("n_primary", "n_redundant", "lag")
        }
        chosen["code"] = pdu.allocation_code(meta)
        if all(value is None for value in chosen.values()):
            return None
        settings = vars(self._sender.allocation(pdu.frame_number(meta)))
        return Allocation(**settings | {k: v for k, v in chosen.items() if v is not None})
