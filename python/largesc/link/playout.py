# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Receiver's half: reorders packets, merges redundancy, hands on frames when they are due."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..largesc_python import packet, packet_codec
from .tokens import MISSING_TOKEN, NUM_CODEBOOKS, TokenOrigin, Tokens, no_tokens

# A packet up to this many frames behind the newest is taken as late, any other as newer. More
# would shorten the outage the sequence number bridges (110 packets); reordering on one link is
# shorter.
LATEST = 16


@dataclass
class PlayoutStep:
    """One frame leaves the buffer.

    Attributes:
        frame: number of the frame now due.
        due: its tokens ``[8]``, -1 where unknown.
        origin: a TokenOrigin per token, uint8 ``[8]``.
        newest: tokens of the newest frame as received ``[8]``, all -1 if it was lost.
    """

    frame: int
    due: Tokens
    origin: NDArray[np.uint8]
    newest: Tokens


@dataclass
class _Slot:
    """What is known of one frame."""

    tokens: Tokens = field(default_factory=no_tokens)
    origin: NDArray[np.uint8] = field(
        default_factory=lambda: np.full(NUM_CODEBOOKS, TokenOrigin.MISSING, dtype=np.uint8)
    )
    received: bool = False


class PlayoutBuffer:
    """Sequence-driven playout with one look-ahead.

    Every packet that is newer than all before makes one step per frame up to it, so that no
    frame is skipped; a frame is due when ``look_ahead`` later ones have come or been lost.
    What a packet says of frames before that is used; what comes later is counted as late, as
    it would be by a clock. The stream starts with frame 0.

    Args:
        look_ahead: frames, 0..5.

    Attributes:
        received, lost, late, duplicate: packets, counted.

    Raises:
        ValueError: look_ahead outside 0..5.
    """

    def __init__(self, look_ahead: int):
        self.set_look_ahead(look_ahead)
        self.reset()

    def reset(self) -> None:
        """Back to frame 0, counters to zero."""
        self._slots: dict[int, _Slot] = {}
        self._newest = -1
        self._next_due = 0
        self._n_primary = NUM_CODEBOOKS
        self.received = self.lost = self.late = self.duplicate = 0

    def set_look_ahead(self, look_ahead: int) -> None:
        """A larger value pauses playout for the difference, a smaller one catches up."""
        if not 0 <= look_ahead <= packet_codec.max_lag:
            raise ValueError(f"look_ahead must be 0..{packet_codec.max_lag}, not {look_ahead}")
        self.look_ahead = look_ahead

    def push(self, received: packet) -> list[PlayoutStep]:
        """Takes a packet; returns the frames that are due by it, oldest first."""
        frame = self._frame_number(received.sequence)
        if frame < self._next_due:
            self.late += 1
            return []
        if self._slot(frame).received:
            self.duplicate += 1
            return []
        self.received += 1
        # Frames between were due before this packet came: it must not help them.
        steps = self._advance(frame - 1)
        self._merge(frame, received)
        return steps + self._advance(frame)

    def flush(self, total_frames: int) -> list[PlayoutStep]:
        """Ends the stream after ``total_frames`` frames; returns all that are still to play."""
        steps = self._advance(total_frames - 1)
        while self._next_due < total_frames:
            steps.append(self._play(no_tokens()))
        return steps

    def _frame_number(self, sequence: int) -> int:
        """The frame with this sequence number from LATEST before the newest one on."""
        reference = max(self._newest, 0)
        modulus = packet_codec.sequence_modulus
        ahead = (sequence - reference + LATEST) % modulus - LATEST
        return reference + ahead if reference + ahead >= 0 else sequence

    def _slot(self, frame: int) -> _Slot:
        return self._slots.setdefault(frame, _Slot())

    def _merge(self, frame: int, received: packet) -> None:
        slot = self._slot(frame)
        slot.received = True
        if received.primary:
            slot.origin[slot.origin == TokenOrigin.MISSING] = TokenOrigin.UNSENT
            self._n_primary = len(received.primary)
            slot.tokens[: self._n_primary] = received.primary
            slot.origin[: self._n_primary] = TokenOrigin.PRIMARY
        else:
            slot.origin[slot.origin == TokenOrigin.MISSING] = TokenOrigin.SILENCE
        repeated = frame - received.lag
        if received.redundant and repeated >= self._next_due:
            self._merge_redundant(self._slot(repeated), received.redundant)

    @staticmethod
    def _merge_redundant(slot: _Slot, tokens: list[int]) -> None:
        values = np.array(tokens, dtype=np.int16)
        unknown = slot.tokens[: len(values)] == MISSING_TOKEN
        slot.tokens[: len(values)][unknown] = values[unknown]
        slot.origin[: len(values)][unknown] = TokenOrigin.REDUNDANT

    def _advance(self, frame: int) -> list[PlayoutStep]:
        steps = []
        while self._newest < frame:
            self._newest += 1
            newest = self._slot(self._newest).tokens.copy()
            while self._next_due <= self._newest - self.look_ahead:
                steps.append(self._play(newest))
        return steps

    def _play(self, newest: Tokens) -> PlayoutStep:
        slot = self._slots.pop(self._next_due, _Slot())
        if not slot.received:
            self.lost += 1
            # The sender's choice for a lost frame is not known: take that of the last one.
            beyond = np.arange(NUM_CODEBOOKS) >= self._n_primary
            slot.origin[beyond & (slot.origin == TokenOrigin.MISSING)] = TokenOrigin.UNSENT
        step = PlayoutStep(self._next_due, slot.tokens, slot.origin, newest)
        self._next_due += 1
        return step
