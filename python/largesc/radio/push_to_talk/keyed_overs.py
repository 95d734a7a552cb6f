# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Overs in a stream of samples: the key around them, and what is sent before and behind."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .push_to_talk import PushToTalk

Samples = NDArray[np.complex64]
EDGE_S = 0.005  # a tone rises and falls so long: no clicks


class Piece(NamedTuple):
    """What comes out next.

    Attributes:
        samples: complex64.
        taken: how many of the input they are; 0: they stand before or behind an over.
        begins: the first of them is the first of an over, its lead counted in.
        ends: the last of them is the last of an over, its tail counted in.
    """

    samples: Samples
    taken: int
    begins: bool = False
    ends: bool = False


class KeyedOvers:
    """Presses the key before an over and releases it behind; the stream grows by lead and tail.

    Args:
        key: that is pressed.
        sample_rate: Hz.
        tone: amplitude of the tone that a key with ``lead_tone`` gets as lead, at 0 Hz.
    """

    def __init__(self, key: PushToTalk, sample_rate: float, tone: float):
        count = round(key.lead_ms * sample_rate / 1000.0)
        self._lead = np.zeros(count, dtype=np.complex64)
        if key.lead_tone:
            self._lead[:] = tone * _edges(count, round(EDGE_S * sample_rate))
        self._tail = np.zeros(round(key.tail_ms * sample_rate / 1000.0), dtype=np.complex64)
        self._key = key
        self.reset()

    def reset(self) -> None:
        """The key is up, and nothing is left to send."""
        self._key.up()
        self._is_on = self._is_ending = self._is_new = False
        self._inserted = self._lead[:0]

    @property
    def has_more(self) -> bool:
        """Whether something comes out without input."""
        return len(self._inserted) > 0

    def next(
        self, samples: Samples, begins: Sequence[int], ends: Sequence[int], room: int
    ) -> Piece:
        """What comes out next.

        Args:
            samples: of the input that has come and was not taken.
            begins, ends: where overs begin and end among them, rising.
            room: how many samples may come out at most, 1 or more.
        """
        if not self._is_on and begins and begins[0] == 0:
            self._is_on = self._is_new = True
            self._inserted = self._lead
        if self._is_on:
            self._key.down()  # said again and again: the stream is alive
        if self.has_more:
            return self._insertion(room)
        return self._copy(samples[:room], begins, ends)

    def _insertion(self, room: int) -> Piece:
        part, self._inserted = self._inserted[:room], self._inserted[room:]
        is_last = self._is_ending and not self.has_more
        return self._noted(Piece(part, 0, ends=is_last))

    def _copy(self, samples: Samples, begins: Sequence[int], ends: Sequence[int]) -> Piece:
        """Input up to the next over's begin, or the end of this one."""
        marks = [place + 1 for place in ends] if self._is_on else list(begins)
        count = min([len(samples), *marks])
        part = samples[:count]
        self._is_ending = self._is_on and count in marks
        if self._is_ending:
            self._inserted = self._tail
        is_last = self._is_ending and not self.has_more
        return self._noted(Piece(part, count, ends=is_last))

    def _noted(self, piece: Piece) -> Piece:
        """The piece with its begin; after an over's last one the key goes up."""
        if len(piece.samples):
            piece, self._is_new = piece._replace(begins=self._is_new), False
        if piece.ends:
            self._is_on = self._is_ending = False
            self._key.up()
        return piece


def _edges(count: int, edge: int) -> NDArray[np.float64]:
    """Ones, with rising and falling edges (raised cosine)."""
    edge = min(edge, count // 2)
    rise = 0.5 - 0.5 * np.cos(np.pi * (np.arange(edge) + 0.5) / max(edge, 1))
    return np.concatenate([rise, np.ones(count - 2 * edge), rise[::-1]])
