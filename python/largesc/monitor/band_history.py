# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The last seconds of a modem's band: a waterfall, and what the receiver made of each moment."""

import math
from collections import deque
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

COLUMN_S = 0.04  # half a slot
ROWS = 96
FLOOR, TOP = 30.0, 99.8  # percentiles of the picture that its colours begin and end at
LEAST_RANGE_DB = 20.0


class Mark(IntEnum):
    """What the receiver made of a moment."""

    NOTHING = 0
    BELIEVED = 1  # a slot whose packet is believed
    DAMAGED = 2  # a slot of an over, or behind it, whose packet is not


class BandHistory:
    """Keeps ``columns`` of 40 ms, the newest last.

    Args:
        sample_rate: Hz.
        span: Hz that the picture shows, around the middle; the sample rate at most.
        columns: of the picture.
        slot_s: seconds of a slot.
    """

    def __init__(self, sample_rate: float, span: float, columns: int = 500, slot_s: float = 0.08):
        self._size = max(16, round(sample_rate * COLUMN_S))
        self._window = np.hanning(self._size).astype(np.float32)
        self.span = min(span, sample_rate)
        bins = max(ROWS // 8, round(self._size * self.span / sample_rate))
        first = (self._size - min(bins, self._size)) // 2
        self._bins = slice(first, first + min(bins, self._size))
        count = self._bins.stop - first
        self._row_of_bin = np.arange(count) * ROWS // count
        self._bin_of_row = np.arange(ROWS) * count // ROWS
        self._columns, self._slot_s = columns, slot_s
        self.reset()

    def reset(self) -> None:
        """Nothing has come."""
        self._left = np.zeros(0, dtype=np.complex64)
        self._count = 0  # columns so far
        self._power = np.full((ROWS, self._columns), np.nan, dtype=np.float32)
        self._marks: deque[tuple[int, int, Mark]] = deque(maxlen=self._columns)

    def push(self, samples: NDArray[np.complex64]) -> None:
        """More of the signal; the picture goes on by a column every 40 ms of it."""
        samples = np.concatenate([self._left, samples])
        whole = len(samples) // self._size
        for column in samples[: whole * self._size].reshape(whole, self._size):
            place = self._count % self._columns
            self._power[:, place] = self._spectrum(column)
            self._count += 1
        self._left = samples[whole * self._size :]

    def mark(self, seconds: float, mark: Mark) -> None:
        """A slot begins so long after the first sample; its samples may still be to come."""
        ends = seconds + self._slot_s
        self._marks.append((math.floor(seconds / COLUMN_S), math.ceil(ends / COLUMN_S), mark))

    @property
    def seconds(self) -> float:
        """That the picture shows."""
        return self._columns * COLUMN_S

    def waterfall(self) -> NDArray[np.float32]:
        """Brightness 0..1 ``[rows, columns]``, highest frequency first, newest column last."""
        power = np.roll(self._power, -(self._count % self._columns), axis=1)[::-1]
        known = power[np.isfinite(power)]
        if not known.size:
            return np.zeros_like(power)
        low, high = np.percentile(known, [FLOOR, TOP])
        scaled = (power - low) / max(high - low, LEAST_RANGE_DB)
        return np.clip(np.nan_to_num(scaled, nan=0.0), 0.0, 1.0).astype(np.float32)

    def marks(self) -> NDArray[np.uint8]:
        """A Mark for each column."""
        marks = np.full(self._columns, Mark.NOTHING, dtype=np.uint8)
        oldest = self._count - self._columns
        for first, behind, mark in self._marks:
            marks[max(0, first - oldest) : max(0, behind - oldest)] = mark
        return marks

    def _spectrum(self, column: NDArray[np.complex64]) -> NDArray[np.float32]:
        """Power in dB of the picture's rows, lowest frequency first."""
        finite = np.where(np.isfinite(column), column, 0.0)
        spectrum = np.fft.fftshift(np.fft.fft(finite * self._window))[self._bins]
        power = spectrum.real**2 + spectrum.imag**2
        if len(power) > ROWS:
            power = np.bincount(self._row_of_bin, power) / np.bincount(self._row_of_bin)
        else:
            power = power[self._bin_of_row]
        return (10.0 * np.log10(power + 1e-20)).astype(np.float32)
