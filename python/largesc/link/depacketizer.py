# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Receiver's half of the link: bytes of packets to frames with holes, in order."""

import re
from collections import Counter
from typing import Any, NamedTuple

import numpy as np
from largesc_kernels import (
    announcement,
    deadline_playout,
    packet_codec,
    packet_error,
    packet_refused,
    sequence_playout,
)
from numpy.typing import NDArray

from ..frame.tokens import NUM_CODEBOOKS, TokenOrigin, Tokens, no_tokens

STATE_WINDOW = 50  # packets (4 s) over which the channel's state is measured

# Counters of their own, of what tells the user something else than a damaged packet would.
_REFUSED = {packet_error.crc: "crc_failed", packet_error.version: "version"}


class DueFrame(NamedTuple):
    """A frame to be played.

    Attributes:
        frame: its number, as the sender counts.
        tokens: int16 ``[8]``, -1 where unknown.
        origin: a TokenOrigin per token, uint8 ``[8]``.
        newest: tokens of the newest frame as received, int16 ``[8]``.
        adjust: the playout's wish to keep up with the sender's clock, -2..2.
    """

    frame: int
    tokens: Tokens
    origin: NDArray[np.uint8]
    newest: Tokens
    adjust: int


class ChannelState(NamedTuple):
    """What the receiver knows of the channel.

    Attributes:
        session: of the sender, -1 if it did not announce one.
        loss_rate: share of lost packets in the window, 0..1.
        mean_burst: mean length of runs of lost packets in the window; 0 without any.
        window: packets looked at.
        received, lost, late: packets since the start.
        recovered: lost frames of which a later packet brought the first codebook.
    """

    session: int
    loss_rate: float
    mean_burst: float
    window: int
    received: int
    lost: int
    late: int
    recovered: int


class PacketError(ValueError):
    """Bytes are no packet for this receiver; ``counter`` names what counts it."""

    def __init__(self, why: str, counter: str):
        super().__init__(why)
        self.counter = counter


class Depacketizer:
    """Parses packets and plays them out, by sequence number or, live, by the listener's clock.

    A sender that announces another codec is muted: its tokens would be noise.

    Args:
        look_ahead: frames to wait before a frame is due, 0..5.
        crc: packets end in a CRC-16, as the sender's setting says.
        codec: fingerprint (four hexadecimal digits) of the codec that will decode; empty if any
            will do.
        live: frames are due when the listener needs them (:meth:`tick`), not when packets come.

    Attributes:
        text: what the sender said of itself last (a callsign); empty before.

    Raises:
        ValueError: look_ahead out of range, or no fingerprint.
    """

    def __init__(self, look_ahead: int = 1, crc: bool = False, codec: str = "", live: bool = False):
        self._parser = packet_codec(crc)
        self._codec = _fingerprint(codec) if codec else None
        self._live = live
        playout = deadline_playout if live else sequence_playout
        self._playout = playout(look_ahead, window=STATE_WINDOW)
        self.reset()

    def reset(self) -> None:
        """Forgets the stream and its sender; counters to zero."""
        self._playout.reset()
        self._counts: Counter[str] = Counter()
        self._muted = False
        self.text = ""

    @property
    def look_ahead(self) -> int:
        """Frames to wait before a frame is due, 0..5; may change while running."""
        return self._playout.look_ahead

    @look_ahead.setter
    def look_ahead(self, look_ahead: int) -> None:
        self._playout.look_ahead = look_ahead

    @property
    def muted(self) -> bool:
        """Whether the sender announced a codec that the receiver does not have."""
        return self._muted

    def receive(self, data: bytes, now: float = 0.0) -> list[DueFrame]:
        """Takes a packet; returns the frames due by it, none in live mode.

        Args:
            data: the packet's bytes.
            now: seconds on the listener's clock (live mode).

        Raises:
            PacketError: the bytes are no packet, or one of a later version.
        """
        try:
            parsed = self._parser.parse(data)
        except packet_refused as refused:
            raise PacketError(str(refused), _REFUSED.get(refused.error, "malformed")) from None
        if isinstance(parsed, announcement):
            return self._hear(parsed, now)
        return self._push(parsed, now)

    def tick(self, now: float, adjusted: int = 0) -> DueFrame:
        """The frame that the listener needs now (live mode).

        Args:
            now: seconds on the listener's clock.
            adjusted: what was done about a wish since: -1 a frame left out, 1 one played twice.
        """
        return self._due(self._playout.step(now, adjusted))

    def flush(self, frames: int) -> list[DueFrame]:
        """Ends a stream of so many frames; returns those still to play (simulation).

        Raises:
            ValueError: an absurd number.
        """
        return [self._due(step) for step in self._playout.flush(frames)]

    def counters(self) -> dict[str, int]:
        """What was counted since the last reset, by name; names as in ``playout_counts``."""
        counts = self._playout.counts
        names = ("received", "lost", "late", "early", "duplicate", "repaired", "idle")
        moved = ("skipped", "repeated", "rejoined")
        return {name: getattr(counts, name) for name in names + moved} | dict(self._counts)

    def channel_state(self) -> ChannelState:
        """The channel as it was over the last STATE_WINDOW packets."""
        counts, statistics = self._playout.counts, self._playout.statistics
        return ChannelState(
            self._playout.session,
            statistics.loss_rate,
            statistics.mean_burst,
            statistics.window,
            counts.received,
            counts.lost,
            counts.late,
            counts.repaired,
        )

    def _push(self, received: Any, now: float) -> list[DueFrame]:
        if self._live:
            self._playout.push(received, now)
            return []
        return [self._due(step) for step in self._playout.push(received)]

    def _hear(self, heard: Any, now: float) -> list[DueFrame]:
        self._counts["announcements"] += 1
        self.text = heard.text
        foreign = self._codec is not None and heard.fingerprint != self._codec
        self._counts["foreign_codec"] += foreign
        self._muted = foreign
        stream = (heard.session, heard.frame, heard.silent, heard.ends)
        if self._live:
            self._playout.announce(*stream, now)
            return []
        return [self._due(step) for step in self._playout.announce(*stream)]

    def _due(self, step: Any) -> DueFrame:
        if self._muted:
            silent = np.full(NUM_CODEBOOKS, TokenOrigin.SILENCE, dtype=np.uint8)
            return DueFrame(step.frame, no_tokens(), silent, no_tokens(), step.adjust)
        return DueFrame(step.frame, step.due, step.origin, step.newest, step.adjust)


def _fingerprint(text: str) -> int:
    if not re.fullmatch("[0-9a-f]{4}", text):
        raise ValueError(f"a codec's fingerprint is four hexadecimal digits, not {text!r}")
    return int(text, 16)
