# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""How loud a radio's input is: mean, peaks, what is beyond full scale, and the spike at 0 Hz."""

import math
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FULL = 0.99  # of full scale: from here on a converter has reached its end
LOWEST_DB = -120.0
BAR_DB, BAR_WIDTH = 60.0, 30  # range and length of the picture


class Level(NamedTuple):
    """Of a stretch of samples.

    Attributes:
        mean: dB of full scale, of the power.
        peak: dB of full scale, of the largest real or imaginary part.
        clipped: share of the samples that reach full scale, 0..1.
        spike: dB of full scale, of what stands still: the device's own signal at 0 Hz.
    """

    mean: float
    peak: float
    clipped: float
    spike: float

    def line(self) -> str:
        """A picture and the figures."""
        filled = round(BAR_WIDTH * (1.0 + max(-BAR_DB, min(0.0, self.peak)) / BAR_DB))
        bar = "#" * filled + "." * (BAR_WIDTH - filled)
        parts = [f"[{bar}] peak {self.peak:.0f} dBFS", f"mean {self.mean:.0f}"]
        parts.append(f"at 0 Hz {self.spike:.0f}")
        if self.clipped:
            parts.append(f"TOO LOUD: {100.0 * self.clipped:.1f} % clipped")
        return ", ".join(parts)


class LevelMeter:
    """Measures what comes between two readings.

    Args:
        full_scale: of the samples' parts.
    """

    def __init__(self, full_scale: float = 1.0):
        self._scale = 1.0 / full_scale
        self._lock = Lock()
        self._peak = self._power = 0.0
        self._sum = 0j
        self._clipped = self._parts = 0

    def push(self, samples: NDArray[np.complex64]) -> None:
        """Complex samples; those that are not finite are left out."""
        parts = samples.view(np.float32) * np.float32(self._scale)
        sizes = np.abs(parts)
        clipped = np.any(sizes.reshape(-1, 2) >= FULL, axis=1)
        is_known = np.isfinite(parts)
        parts, sizes = parts[is_known], sizes[is_known]
        if not parts.size:
            return
        mean = np.mean(samples, dtype=np.complex128) * self._scale
        with self._lock:
            self._peak = max(self._peak, float(sizes.max()))
            self._clipped += int(np.count_nonzero(clipped))
            self._power += float(np.dot(parts, parts))
            if np.isfinite(mean):
                self._sum += complex(mean) * len(samples)
            self._parts += parts.size

    def read(self) -> Level | None:
        """What has come since the last reading; None if nothing has."""
        with self._lock:
            if not self._parts:
                return None
            count = self._parts / 2.0
            level = Level(
                _db(self._power / count),
                _db(self._peak**2),
                self._clipped / count,
                _db(abs(self._sum / count) ** 2),
            )
            self._clear()
        return level

    def _clear(self) -> None:
        self._peak = self._power = 0.0
        self._sum = 0j
        self._clipped = self._parts = 0


def _db(power: float) -> float:
    return max(LOWEST_DB, 10.0 * math.log10(power)) if power > 0.0 else LOWEST_DB
