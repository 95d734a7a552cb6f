# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Acquisition, false packets, peaks: what is no curve."""

from dataclasses import dataclass

import numpy as np
from largesc_kernels import hf_demodulator

from .hf_channel import SAMPLE_RATE, Samples, noise, shift
from .our_modem import HfModem

STEP = 80  # samples pushed at a time: 10 ms


def acquisition_times(snr_db: float, tries: int, seed: int) -> list[float]:
    """Seconds from the beginning of an over to its first packet; inf if none comes in 30 slots."""
    modem = HfModem(7)
    times = []
    for number in range(tries):
        random = np.random.default_rng([seed, number])
        active = modem.transmit([random.bytes(7) for _ in range(30)])
        lead = 3200 + int(random.integers(640))
        samples = np.concatenate([np.zeros(lead), active]).astype(np.complex64)
        samples = shift(samples, float(random.uniform(-150.0, 150.0)))
        samples += noise(len(samples), snr_db, 1.0, random)
        times.append(first_packet(samples) - lead / SAMPLE_RATE)
    return times


def first_packet(samples: Samples) -> float:
    """Seconds until a packet is believed."""
    demodulator = hf_demodulator([7])
    for start in range(0, len(samples), STEP):
        if any(slot.accepted for slot in demodulator.push(samples[start : start + STEP])):
            return (start + STEP) / SAMPLE_RATE
    return float("inf")


@dataclass
class NoiseCount:
    """What was heard in noise."""

    seconds: float
    packets: int = 0
    seconds_in_sync: float = 0.0


def listen_to_noise(seconds: int, seed: int) -> NoiseCount:
    """White noise, the receiver ready for any size."""
    random = np.random.default_rng(seed)
    demodulator = hf_demodulator()
    count = NoiseCount(float(seconds))
    for _ in range(seconds):
        slots = demodulator.push(noise(SAMPLE_RATE, 0.0, 1.0, random))
        count.packets += sum(slot.accepted for slot in slots)
        count.seconds_in_sync += demodulator.in_sync
    return count


def false_after_overs(overs: int, snr_db: float, seed: int) -> int:
    """Packets believed in the five seconds of noise that follow each of some short overs."""
    modem = HfModem(7, any_size=True)
    false = 0
    for number in range(overs):
        random = np.random.default_rng([seed, number])
        active = modem.transmit([random.bytes(7) for _ in range(12)])
        samples = np.concatenate([active, np.zeros(5 * SAMPLE_RATE)]).astype(np.complex64)
        samples += noise(len(samples), snr_db, 1.0, random)
        false += sum(
            slot.accepted and slot.start > len(active) - 320 for slot in modem.slots(samples)
        )
    return false


def peak_db(samples: Samples) -> float:
    """Peak power by mean power of the complex envelope; between samples as well."""
    spectrum = np.fft.fft(samples)
    middle = len(samples) // 2
    wide = np.concatenate([spectrum[:middle], np.zeros(3 * len(samples)), spectrum[middle:]])
    power = np.abs(np.fft.ifft(wide)) ** 2
    return float(10.0 * np.log10(power.max() / power.mean()))


def occupied_bandwidth(samples: Samples, share: float = 0.99) -> float:
    """Hz in which this share of the power lies, about the middle."""
    power = np.abs(np.fft.fft(samples)) ** 2
    distance = np.abs(np.fft.fftfreq(len(samples), 1.0 / SAMPLE_RATE))
    order = np.argsort(distance)
    total = np.cumsum(power[order])
    return float(2.0 * distance[order][np.searchsorted(total, share * total[-1])])
