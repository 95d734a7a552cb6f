# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Slots of profile `hf` on the air by arithmetic: fading carrier by carrier, curves in white noise.

Of each slot the SNR on 72 carriers over two fading paths becomes the one of white noise in which a
code does as badly (exponential effective SNR, as 3GPP simulates systems), and that is looked up in
the modem's measured curve. One number per size is fitted to what docs/modem.md has on MPP.
"""

import numpy as np
from gnuradio.largesc.radio.modem_profile import load_modem_profile
from largesc_kernels import fading_profiles
from numpy.typing import NDArray

from .verdicts import SLOTS, Point, Verdicts

RATE = 12.5  # slots per second
CARRIERS = (np.arange(72) - 35.5) / 304.0 * 8000.0  # Hz
GAIN = 3000.0 / 1880.0  # of the SNR in 3 kHz to that on carriers
# How much a size minds carriers that are weaker than others: the less, the more all count alike.
EVENNESS = {7: 1.0, 13: 1.0, 23: 1.25}
TOLD, SCATTER = -0.4, 0.35  # dB, of the SNR that the modem tells: by how much it is off, and varies


def modelled(point: Point, over: int, slots: int = SLOTS) -> Verdicts:
    """An over in each size on the same paths; another for each number."""
    random = np.random.default_rng([over, round(10.0 * point.snr_db) + 1000])
    power = np.ones((slots, 1)) if point.fading == "none" else _powers(point.fading, slots, random)
    carriers = GAIN * 10.0 ** (point.snr_db / 10.0) * power
    told = 10.0 * np.log10(carriers.mean(axis=1) / GAIN) + TOLD
    told += SCATTER * random.standard_normal(slots)
    came = np.array([random.random(slots) >= lost for lost in _lost(carriers)])
    return Verdicts(point, came, np.where(came, told, np.nan).astype(np.float32))


def _lost(carriers: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Of each size, how likely each slot is lost, by the SNR on its carriers ``[slots, 72]``."""
    found = []
    for one in [slot.losses for slot in load_modem_profile("hf").slots]:
        even = EVENNESS[one.size]
        like = -even * np.log(np.exp(-carriers / even).mean(axis=1)) / GAIN
        found.append(one.steady.at(10.0 * np.log10(like)))
    return found


def _powers(fading: str, slots: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Power of the carriers, ``[slots, 72]``, 1 on average: two paths of equal power whose Doppler
    spectra are Gaussian, twice the standard deviation wide (Watterson)."""
    spread, delay = {one.name: (one.spread, one.delay) for one in fading_profiles()}[fading]
    hertz = np.fft.fftfreq(slots, 1.0 / RATE)
    shape = np.exp(-((hertz / spread) ** 2))  # root of a spectrum with a deviation of spread / 2
    paths = random.standard_normal((2, 2, slots))
    noise = (paths[0] + 1j * paths[1]) / np.sqrt(2.0)
    gains = np.fft.ifft(noise * shape / np.sqrt(np.mean(shape**2))) * np.sqrt(slots)
    turn = np.exp(-2j * np.pi * CARRIERS * delay)
    power: NDArray[np.float64] = np.abs(gains[0][:, None] + gains[1][:, None] * turn) ** 2 / 2.0
    return power
