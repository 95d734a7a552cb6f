# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the listener hears where nobody speaks: noise like the sender's background."""

import numpy as np
from numpy.typing import NDArray

from ..frame.background import Background

LONGEST_UNTOLD = 12  # frames of silence of which nothing is told, before there is none to be heard


class ComfortNoise:
    """Noise to be added to decoded frames, the same for the same seed.

    It is made of pieces two frames long that overlap by one, with sine windows: the powers of two
    neighbours add up to a constant or, where the background changes, go over into each other within
    a frame. So it begins and ends without a click.

    Silence that tells nothing of its background, a packet that repeats speech say, has that of the
    last one; after a second of it nobody is sending, and there is nothing to be heard.

    Args:
        frame_size: samples.
        seed: of the noise.
    """

    def __init__(self, frame_size: int, seed: int = 0):
        self._size, self._seed = frame_size, seed
        self._window = np.sin(np.pi * (np.arange(2 * frame_size) + 0.5) / (2 * frame_size))
        self._frequencies = 2.0 * np.pi * np.fft.rfftfreq(2 * frame_size)
        self.reset()

    def reset(self) -> None:
        """Back to before the first frame."""
        self._random = np.random.default_rng(self._seed)
        self._tail = np.zeros(self._size)
        self._sound: Background | None = None
        self._untold = 0

    def push(self, silent: bool, sound: Background | None = None) -> NDArray[np.float32]:
        """Noise of the next frame, float32 ``[frame_size]``.

        Args:
            silent: nobody speaks in it.
            sound: what is to be heard then, as far as it was told.
        """
        self._note(silent, sound)
        if not silent or self._sound is None or not self._sound.level:
            noise, self._tail = self._tail, np.zeros(self._size)
            return noise.astype(np.float32)
        piece = self._piece(self._sound)
        noise, self._tail = self._tail + piece[: self._size], piece[self._size :]
        return noise.astype(np.float32)

    def _note(self, silent: bool, sound: Background | None) -> None:
        if sound is not None:
            self._sound, self._untold = sound, 0
            return
        self._untold = self._untold + 1 if silent else 0
        if self._untold > LONGEST_UNTOLD:
            self._sound = None

    def _piece(self, sound: Background) -> NDArray[np.float64]:
        """Windowed noise of two frames, through the filter of the two reflection coefficients."""
        tilt, bend = sound.reflections
        delay = np.exp(-1j * self._frequencies)
        response = 1.0 / np.abs(1.0 - tilt * (1.0 - bend) * delay - bend * delay**2)
        gain = sound.rms * np.sqrt((1.0 - tilt**2) * (1.0 - bend**2))
        white = np.fft.rfft(self._random.standard_normal(2 * self._size))
        filtered: NDArray[np.float64] = np.fft.irfft(white * response, 2 * self._size)
        return gain * self._window * filtered
