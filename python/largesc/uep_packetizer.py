# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block: token frames to packets with in-band unequal error protection."""

from typing import Any

from largesc_kernels import packet_codec

from .frame.tokens import Allocation
from .link.announcer import END_REPEATS, Announcer
from .link.packetizer import Packetizer
from .runtime import pdu
from .runtime.pdu_block import PduBlock


class uep_packetizer(PduBlock):
    """One packet per token frame: first tokens of the frame, and of an earlier one again.

    Keys ``n_primary``, ``n_redundant`` and ``lag`` in a frame's metadata (a controller's choice)
    take the place of the block's settings for that frame. With ``silence`` true the packet has no
    tokens of its own frame, only what it repeats. For announce packets ``codec`` gives the
    checkpoint's fingerprint.

    Args:
        n_primary: tokens of its own frame in a packet, 4..8.
        n_redundant: tokens of an earlier frame in a packet, 0..7.
        lag: how many frames earlier, 1..5.
        crc: every packet ends in a CRC-16; the receiver must be told the same.
        announce: send announce packets: at the start, every 2 s and (three times) at the
            end.
        session: what they call this run, 1..65535; 0 draws a number at every start.
        text: what they say, a callsign or the like: at most 31 bytes in UTF-8.

    Raises:
        ValueError: a setting out of range.

    Message ports: ``tokens`` in, ``packets`` out. Counters: ``packets`` (one per frame),
    ``silent`` (of them, those of silent frames), ``announcements`` (one that stands for a silent
    frame is among both), ``bytes`` (of all), ``tokens``, ``malformed``, ``errors``.
    """

    def __init__(
        self,
        n_primary: int = 8,
        n_redundant: int = 0,
        lag: int = 1,
        crc: bool = False,
        announce: bool = False,
        session: int = 0,
        text: str = "",
    ):
        PduBlock.__init__(self, "uep_packetizer", "tokens", "packets")
        self._allocation = Allocation(n_primary, n_redundant, lag)
        self._codec = packet_codec(crc)
        self._packetizer = Packetizer(self._codec)
        self._announce = announce
        self._session = session
        self._text = text
        self.reset()

    def reset(self) -> None:
        self._packetizer.reset()
        # Made even if it is not used: a wrong session or text is an error in any case.
        announcer = Announcer(self._codec, self._session, self._text)
        self._announcer = announcer if self._announce else None

    def process(self, received: pdu.Pdu) -> None:
        frame = pdu.frame_number(received.meta)
        tokens = pdu.read_tokens(received.vector)
        allocation = self._allocation_for(received.meta)
        silence = pdu.flag(received.meta, "silence")
        fingerprint = pdu.fingerprint(received.meta)
        packed = self._packetizer.packetize(frame, tokens, allocation, silence)
        announced = self._announcement(frame, silence, packed.tokens > 0, fingerprint)
        if announced is not None and not silence:
            self._send(frame, announced)
        self._counts["packets"] += 1
        self._counts["tokens"] += packed.tokens
        if silence:
            self.count("silent")
        self._send(frame, announced if announced is not None and silence else packed.data)

    def flush(self, frames: int) -> None:
        if self._announcer is not None:
            for _ in range(END_REPEATS):
                self.count("announcements")
                self._send(frames, self._announcer.end(frames))

    def _announcement(
        self, frame: int, silence: bool, repeats: bool, fingerprint: int
    ) -> bytes | None:
        if self._announcer is None or not self._announcer.is_due(frame, silence, repeats):
            return None
        self._announcer.fingerprint = fingerprint
        self.count("announcements")
        return self._announcer.announce(frame, silence)

    def _send(self, frame: int, data: bytes) -> None:
        self._counts["bytes"] += len(data)
        meta = pdu.add(pdu.frame_meta(frame), packet_bits=8 * len(data))
        self.publish(pdu.packet(meta, data))

    def _allocation_for(self, meta: Any) -> Allocation:
        chosen = {
            key: pdu.allocation_value(meta, key) for key in ("n_primary", "n_redundant", "lag")
        }
        if all(value is None for value in chosen.values()):
            return self._allocation
        settings = vars(self._allocation) | {k: v for k, v in chosen.items() if v is not None}
        return Allocation(**settings)

    def set_n_primary(self, n_primary: int) -> None:
        """Tokens of its own frame in the packets to come, 4..8."""
        self._allocation = Allocation(n_primary, self._allocation.n_redundant, self._allocation.lag)

    def set_n_redundant(self, n_redundant: int) -> None:
        """Tokens of an earlier frame in the packets to come, 0..7."""
        self._allocation = Allocation(self._allocation.n_primary, n_redundant, self._allocation.lag)

    def set_lag(self, lag: int) -> None:
        """How many frames earlier the repeated tokens are, 1..5."""
        self._allocation = Allocation(self._allocation.n_primary, self._allocation.n_redundant, lag)
