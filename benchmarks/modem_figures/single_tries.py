# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Acquisition, false packets, peaks: what is no curve."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from largesc_kernels import packet, packet_codec

from .hf_channel import Samples, noise, shift
from .our_modem import OurModem, heard

STEP = 0.01  # seconds of samples pushed at a time
ModemType = Callable[..., OurModem]  # HfModem, VhfModem


def acquisition_times(modem_type: ModemType, snr_db: float, tries: int, seed: int) -> list[float]:
    """Seconds from the beginning of an over to its first packet; inf if none comes in 30 slots."""
    modem = modem_type(7)
    rate = modem.sample_rate
    times = []
    for number in range(tries):
        random = np.random.default_rng([seed, number])
        active = modem.transmit([random.bytes(7) for _ in range(30)])
        lead = round(0.4 * rate) + int(random.integers(round(0.08 * rate)))
        samples = np.concatenate([np.zeros(lead), active]).astype(np.complex64)
        widest = modem.widest_offset
        samples = shift(samples, float(random.uniform(-widest, widest)), rate)
        samples += noise(len(samples), snr_db, 1.0, random, rate)
        times.append(first_packet(modem, samples) - lead / rate)
    return times


def first_packet(modem: OurModem, samples: Samples) -> float:
    """Seconds until a packet is believed."""
    receiver, step = modem.receiver(), round(STEP * modem.sample_rate)
    for start in range(0, len(samples), step):
        if any(slot.accepted for slot in receiver.push(samples[start : start + step])):
            return (start + step) / modem.sample_rate
    return float("inf")


@dataclass
class NoiseCount:
    """What was heard in noise."""

    seconds: float
    packets: int = 0
    overs: int = 0  # begun, by a look each second
    computing: float = 0.0  # seconds of one core


def listen_to_noise(modem_type: ModemType, seconds: int, seed: int) -> NoiseCount:
    """White noise; the receiver as packet_demodulator has it, ready for any size."""
    random = np.random.default_rng(seed)
    modem = modem_type(7, any_size=True)
    receiver, headers, count = modem.receiver(), modem.headers(), NoiseCount(float(seconds))
    was_in_sync = False
    for _ in range(seconds):
        samples = noise(modem.sample_rate, 0.0, 1.0, random, modem.sample_rate)
        before = time.process_time()
        packets = heard(headers, receiver.push(samples))
        count.computing += time.process_time() - before
        count.packets += len(packets)
        count.overs += receiver.in_sync and not was_in_sync
        was_in_sync = receiver.in_sync
    return count


def false_after_overs(modem_type: ModemType, overs: int, snr_db: float, seed: int) -> int:
    """Packets believed in the five seconds of noise that follow each of some short overs.

    The overs are speech, so that headers are known and expected in the noise as well.
    """
    modem = modem_type(7, any_size=True)
    rate = modem.sample_rate
    false = 0
    for number in range(overs):
        random = np.random.default_rng([seed, number])
        active = modem.transmit(_speech(random, 12))
        samples = np.concatenate([active, np.zeros(5 * rate)]).astype(np.complex64)
        samples += noise(len(samples), snr_db, 1.0, random, rate)
        last = len(active) - round(0.04 * rate)
        packets = heard(modem.headers(), modem.slots(samples))
        false += sum(slot.start > last for slot in packets)
    return false


def _speech(random: np.random.Generator, count: int) -> list[bytes]:
    """Packets of 4 tokens, from a frame on that is drawn."""
    codec, first = packet_codec(), int(random.integers(128))
    drawn = random.integers(0, 2048, (count, 4)).tolist()
    return [codec.pack(packet((first + n) % 128, tokens)) for n, tokens in enumerate(drawn)]


def peak_db(samples: Samples) -> float:
    """Peak power by mean power of the complex envelope; between samples as well."""
    spectrum = np.fft.fft(samples)
    middle = len(samples) // 2
    wide = np.concatenate([spectrum[:middle], np.zeros(3 * len(samples)), spectrum[middle:]])
    power = np.abs(np.fft.ifft(wide)) ** 2
    return float(10.0 * np.log10(power.max() / power.mean()))


def occupied_bandwidth(samples: Samples, rate: int, share: float = 0.99) -> float:
    """Hz in which this share of the power lies, about the middle."""
    power = np.abs(np.fft.fft(samples)) ** 2
    distance = np.abs(np.fft.fftfreq(len(samples), 1.0 / rate))
    order = np.argsort(distance)
    total = np.cumsum(power[order])
    return float(2.0 * distance[order][np.searchsorted(total, share * total[-1])])
