# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Channels in NumPy: white noise, and Watterson's two fading paths."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 8000  # of profile hf
TAP_RATE = 100  # values per second (more if it is fast) of a fading path, straight lines between

Samples = NDArray[np.complex64]


@dataclass(frozen=True)
class Fading:
    """Two paths of equal mean power (C. C. Watterson, J. R. Juroshek, W. D. Bensema, 1970)."""

    name: str
    spread: float  # Hz: twice the standard deviation of the Gaussian Doppler spectrum
    delay: float  # seconds of the second path


POOR = Fading("MPP", 1.0, 0.002)
WALKING = Fading("flat, 10 Hz", 10.0, 0.0)  # as on 2 m or 70 cm, walking; both paths are one


def fading_path(
    count: int, spread: float, random: np.random.Generator, rate: int = SAMPLE_RATE
) -> NDArray[np.complex128]:
    """Complex Gaussian gain of mean power 1 with a Gaussian spectrum, [count] samples.

    White noise through a filter whose response is the root of the spectrum: its impulse response
    is Gaussian as well, with standard deviation 1 / (2 pi sqrt(2) spread / 2) seconds.
    """
    tap_rate = TAP_RATE * max(1, round(spread))
    deviation = tap_rate / (2.0 * np.pi * np.sqrt(2.0) * spread / 2.0)
    reach = int(np.ceil(4.0 * deviation))
    response = np.exp(-0.5 * (np.arange(-reach, reach + 1) / deviation) ** 2)
    response /= np.linalg.norm(response)
    values = int(np.ceil(count * tap_rate / rate)) + 2
    white = random.standard_normal((2, values + 2 * reach)) * np.sqrt(0.5)
    taps = np.convolve(white[0] + 1j * white[1], response, mode="valid")
    times = np.arange(count) * tap_rate / rate
    return np.interp(times, np.arange(len(taps)), taps)


def fade(
    samples: Samples, fading: Fading, random: np.random.Generator, rate: int = SAMPLE_RATE
) -> Samples:
    """Both paths, longer by the delay; mean gain of power 1."""
    delay = round(fading.delay * rate)
    first = np.concatenate([samples, np.zeros(delay)])
    second = np.concatenate([np.zeros(delay), samples])
    paths = [fading_path(len(first), fading.spread, random, rate) for _ in range(2)]
    return ((paths[0] * first + paths[1] * second) * np.sqrt(0.5)).astype(np.complex64)


def shift(samples: Samples, hertz: float, rate: int = SAMPLE_RATE) -> Samples:
    """The same, `hertz` higher."""
    turn = np.exp(2j * np.pi * hertz * np.arange(len(samples)) / rate)
    return (samples * turn).astype(np.complex64)


def phase_noise(
    samples: Samples, line_width: float, random: np.random.Generator, rate: int
) -> Samples:
    """The same with the phase of an oscillator whose line is so wide (Hz): a random walk."""
    steps = random.standard_normal(len(samples)) * np.sqrt(2.0 * np.pi * line_width / rate)
    return (samples * np.exp(1j * np.cumsum(steps))).astype(np.complex64)


def noise(
    count: int,
    snr_db: float,
    power: float,
    random: np.random.Generator,
    rate: int = SAMPLE_RATE,
) -> Samples:
    """White Gaussian noise: a signal of this power then has snr_db in 3 kHz."""
    density = power / 10.0 ** (snr_db / 10.0) / 3000.0
    parts = random.standard_normal((2, count)) * np.sqrt(0.5 * density * rate)
    return (parts[0] + 1j * parts[1]).astype(np.complex64)
