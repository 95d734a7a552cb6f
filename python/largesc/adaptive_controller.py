# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block: how many tokens each packet gets, by a budget, speech and channel."""

from collections import deque
from collections.abc import Sequence
from typing import Any

import pmt

from .control.slot_losses import SlotLoss
from .frame.report import Report
from .frame.tokens import FRAME_RATE, Allocation
from .radio.modem_profile import slot_losses_of
from .runtime import pdu
from .runtime.control_message import read_control
from .runtime.guarded_setter import guarded_setter
from .runtime.pdu_block import PduBlock
from .speech_link.budget_control import frame_bytes
from .speech_link.link_sender import packet_codec_for
from .speech_link.settings import SenderSettings
from .speech_link.steering import Steering

REPORT = pmt.intern("report")
RECENT = 25  # frames, 2 s


class adaptive_controller(PduBlock):
    """Writes into each token frame's metadata what uep_packetizer is to send and to repeat.

    uep_packetizer has the same controller inside, as its parameter ``budget``. This block is for
    flowgraphs that show or change its choice on the way; announcements are not in its budget.

    Args:
        budget: bit/s to spend on packets of frames; over no 10 s more (docs/controller.md).
        look_ahead: frames that the receiver waits, 1..12; what is repeated reaches no farther back.
        code: ``repetition``, ``xor_pair``, ``window``, or ``auto``, as uep_packetizer has it.
        check: of the packets: ``none`` or ``crc16``.
        session: reports on another one are refused; 0: none is.
        checkpoint: of the frames; its controller tells what tokens are worth.
        importance: ``network``: the checkpoint's controller tells; ``plain``: level and spectral
            flux alone; ``auto``: the controller, if there is one and it belongs to the codec.
        slots: bytes that the slots of a radio hold, those of packet_modulator; none: packets take
            what they need.
        slot_losses: how often slots of each size are lost by SNR, for a budget to choose them by:
            name of the modem's profile (``hf``, ``vhf``), or curves; none: all are lost alike.

    Raises:
        ValueError: a setting out of range, a budget below the smallest packets, or no controller
            where one is asked for.

    Message ports: ``tokens`` in and out (metadata: ``n_primary``, ``n_redundant``, ``lag``,
    ``code``, and ``importance``, f32vector [2]: content and channel, 0..1), ``report`` in: of the
    receiver of these packets. Counters: ``frames``, ``primary``, ``redundant`` (tokens), ``bytes``,
    ``reports``, ``refused``, ``malformed``, ``errors``. For displays: :meth:`recent`.
    """

    def __init__(
        self,
        budget: float = 1300.0,
        look_ahead: int = 1,
        code: str = "auto",
        check: str = "none",
        session: int = 0,
        checkpoint: str = "mini",
        importance: str = "auto",
        slots: Sequence[int] = (),
        slot_losses: str | Sequence[SlotLoss] = (),
    ):
        PduBlock.__init__(self, "adaptive_controller", "tokens", "tokens")
        self._settings = SenderSettings(
            budget=budget,
            lag=look_ahead,
            code=code,
            check=check,
            session=session,
            checkpoint=checkpoint,
            importance=importance,
            slots=slots,
            slot_losses=slot_losses_of(slot_losses),
        )
        if not self._settings.budget:
            raise ValueError("budget must be above 0")
        self._codec = packet_codec_for(self._settings)
        self._steering = Steering(self._settings, self._codec)
        self.note(self._steering.notice)
        self._frame = 0
        self._recent: deque[tuple[int, int, int]] = deque(maxlen=RECENT)
        self.message_port_register_in(REPORT)
        self.set_msg_handler(REPORT, self._handle_report)

    def reset(self) -> None:
        self._steering.reset()
        self._recent.clear()
        self._frame = 0

    def process(self, received: pdu.Pdu) -> None:
        frame, silence = pdu.frame_number(received.meta), pdu.flag(received.meta, "silence")
        pdu.read_tokens(received.vector)
        self._steering.for_codec(pdu.fingerprint(received.meta))
        self.note(self._steering.notice)
        chosen = self._steering.allocate(frame, pdu.speech_facts(received.meta), silence)
        self._frame = frame
        self._count(chosen, silence)
        meta = pdu.add(
            received.meta,
            n_primary=chosen.n_primary,
            n_redundant=chosen.n_redundant,
            lag=chosen.lag,
            code=chosen.code,
        )
        importance = pmt.init_f32vector(2, list(self._steering.importance or ()))
        meta = pmt.dict_add(meta, pmt.intern("importance"), importance)
        self.publish(pmt.cons(meta, received.vector))

    def recent(self) -> dict[str, float]:
        """Means over the last 2 s, ``primary`` and ``redundant`` tokens per packet and ``bps``; and
        what the channel is taken to be like, ``loss_rate`` and ``mean_burst``. Empty at first."""
        rows = list(self._recent)
        if not rows:
            return {}
        primary, redundant, size = (sum(column) / len(rows) for column in zip(*rows, strict=True))
        channel = self._steering.channel(self._frame)
        return {
            "primary": primary,
            "redundant": redundant,
            "bps": 8.0 * FRAME_RATE * size,
            "loss_rate": channel.loss_rate,
            "mean_burst": channel.mean_burst,
        }

    @guarded_setter
    def set_budget(self, budget: float) -> None:
        """Bits per second to spend from now on."""
        settings = self._settings.changed(budget=budget)
        if not settings.budget:
            raise ValueError("budget must be above 0")
        self._steering.change(settings)
        self._settings = settings

    def _count(self, chosen: Allocation, silence: bool) -> None:
        own = 0 if silence else chosen.n_primary
        size = frame_bytes(self._codec, own, chosen)
        self._steering.sent([size])
        self._recent.append((own, chosen.n_redundant, size))
        self._counts.update(frames=1, primary=own, redundant=chosen.n_redundant, bytes=size)

    def _handle_report(self, message: Any) -> None:
        self.take_guarded("report", lambda: self._hear(Report.of_dict(read_control(message))))

    def _hear(self, report: Report) -> None:
        session = self._settings.session
        if session and report.channel.session not in (0, session):
            raise ValueError(
                f"a report on session {report.channel.session} is none on this one, {session}"
            )
        self._steering.hear(report.channel, self._frame)
        self.count("reports")
