# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signals to set a transmitter's level by: as loud as the peaks of what will be sent."""

import numpy as np
from numpy.typing import NDArray

from ..frame import setting_value as setting
from .modem_profile import ModemProfile

SIGNALS = ("tone", "two-tones", "modem")
TWO_TONES = (-800.0, 400.0)  # Hz off the middle: 700 and 1900 Hz in the audio, as is usual
SECONDS = 1.0  # after which a signal repeats itself; whole periods of all tones


def tuning_signal(kind: str, modem: ModemProfile, amplitude: float) -> NDArray[np.complex64]:
    """A piece of signal that can be repeated.

    Args:
        kind: ``tone``: in the middle of the band; ``two-tones``: equally strong, to see how linear
            a transmitter is; ``modem``: packets of random bytes.
        modem: its profile.
        amplitude: root of the modem's mean power, above 0 and at most 1; tones have the amplitude
            of its peaks, or full scale, 1.0.

    Raises:
        ValueError: no such signal, or out of range.
    """
    setting.one_of("signal", kind, SIGNALS)
    amplitude = setting.number("amplitude", setting.number("amplitude", amplitude, 0, 1), above=0)
    if kind == "modem":
        return np.asarray(amplitude * _over(modem), dtype=np.complex64)
    peak = min(1.0, amplitude * 10.0 ** (modem.peak_db / 20.0))
    time = np.arange(round(SECONDS * modem.sample_rate)) / modem.sample_rate
    hertz = (0.0,) if kind == "tone" else TWO_TONES
    tones = sum(np.exp(2j * np.pi * each * time) for each in hertz)
    return np.asarray(peak / len(hertz) * tones, dtype=np.complex64)


def _over(modem: ModemProfile) -> NDArray[np.complex64]:
    """Slots full of random bytes."""
    made, random = modem.modulator(), np.random.default_rng(1)
    slots = round(SECONDS * 1000.0 / modem.slot_ms)
    packets = [random.bytes(modem.sizes[-1]) for _ in range(slots)]
    return np.concatenate([made.modulate(packet) for packet in packets])
