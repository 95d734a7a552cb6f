# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes to an excerpt that make more readers, microphones and places of those recorded.

Speech in and out is float32 ``[samples]`` at 24 kHz. What belongs to the voice and the microphone
(formants, equaliser, band) changes the target too; room and noise change the input alone: the
codec learns to leave them out, because 44 bits per frame are for the speech.
"""

import numpy as np
from scipy.signal import fftconvolve

SAMPLE_RATE = 24000
WINDOW, HOP = 1024, 256
CEPSTRUM = 40  # quefrencies that are envelope: below 600 Hz of pitch


def shift_formants(pcm: np.ndarray, factor: float) -> np.ndarray:
    """Moves the spectral envelope along frequency by ``factor``; pitch and tempo stay.

    The envelope is the low part of the cepstrum of each window (Oppenheim and Schafer,
    Discrete-Time Signal Processing, section 13).
    """
    window = np.sqrt(np.hanning(WINDOW + 1)[:-1]).astype(np.float32)
    padded = np.pad(pcm, (WINDOW, 2 * WINDOW))
    count = (len(padded) - WINDOW) // HOP + 1
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][:count] * window
    spectrum = np.fft.rfft(frames)
    cepstrum = np.fft.irfft(np.log(np.abs(spectrum) + 1e-5))
    cepstrum[:, CEPSTRUM : WINDOW - CEPSTRUM + 1] = 0.0
    envelope = np.fft.rfft(cepstrum).real
    bins = np.minimum(np.arange(envelope.shape[1]) / factor, envelope.shape[1] - 1.0)
    left = np.minimum(bins.astype(int), envelope.shape[1] - 2)
    share = bins - left
    warped = envelope[:, left] * (1.0 - share) + envelope[:, left + 1] * share
    gain = np.exp(np.clip(warped - envelope, -4.0, 4.0))
    segments = np.fft.irfft(spectrum * gain) * window
    out = np.zeros(len(padded))
    for k, segment in enumerate(segments):
        out[k * HOP : k * HOP + WINDOW] += segment
    # Squared window at a quarter of its length adds up to two.
    return (out[WINDOW : WINDOW + len(pcm)] / 2.0).astype(np.float32)


def equalise(pcm: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A smooth gain over frequency of up to 8 dB either way: microphones and distances."""
    octaves = np.array([0.0, 120.0, 350.0, 1000.0, 2500.0, 6000.0, 12000.0])
    return _filtered(pcm, octaves, rng.uniform(-8.0, 8.0, len(octaves)))


def limit_band(pcm: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Cuts above 3.4 to 8 kHz and, at times, below 300 Hz: other rates, small microphones."""
    high = rng.uniform(3400.0, 8000.0)
    low = rng.uniform(60.0, 300.0) if rng.random() < 0.5 else 1.0
    frequencies = np.array([0.0, 0.7 * low, low, high, 1.1 * high, 12000.0])
    return _filtered(pcm, frequencies, np.array([-50.0, -30.0, 0.0, 0.0, -60.0, -80.0]))


def _filtered(pcm: np.ndarray, frequencies: np.ndarray, decibels: np.ndarray) -> np.ndarray:
    """Zero-phase gain, straight between the points given."""
    spectrum = np.fft.rfft(pcm)
    hertz = np.fft.rfftfreq(len(pcm), 1.0 / SAMPLE_RATE)
    gain = 10.0 ** (np.interp(hertz, frequencies, decibels) / 20.0)
    return np.fft.irfft(spectrum * gain, len(pcm)).astype(np.float32)


def reverberate(pcm: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A room: decaying noise of 0.15 to 0.6 s (60 dB), 3 to 18 dB below the direct sound."""
    seconds = rng.uniform(0.15, 0.6)
    time = np.arange(int(0.7 * seconds * SAMPLE_RATE)) / SAMPLE_RATE
    tail = rng.standard_normal(len(time)) * 10.0 ** (-3.0 * time / seconds)
    tail[: int(rng.uniform(0.001, 0.008) * SAMPLE_RATE)] = 0.0
    tail *= 10.0 ** (-rng.uniform(3.0, 18.0) / 20.0) / np.sqrt(np.sum(tail**2))
    tail[0] = 1.0
    return fftconvolve(pcm, tail)[: len(pcm)].astype(np.float32)


def noise_like(length: int, others: list[np.ndarray], rng: np.random.Generator) -> np.ndarray:
    """Noise ``[length]`` of unit power: a slope, a hum, the spectrum of speech, or voices.

    Args:
        length: samples.
        others: excerpts of other speech, of any length, not empty.
        rng: source of chance.
    """
    kind = rng.choice(["slope", "hum", "spectrum", "voices"], p=[0.45, 0.1, 0.25, 0.2])
    if kind == "voices":
        noise = sum(np.resize(np.roll(x, rng.integers(len(x))), length) for x in others)
    elif kind == "hum":
        time = np.arange(length) / SAMPLE_RATE
        harmonics = rng.choice([50.0, 60.0]) * np.arange(1, 12)
        phases = rng.uniform(0.0, 2.0 * np.pi, (11, 1))
        noise = np.exp(-0.3 * np.arange(11)) @ np.sin(
            2 * np.pi * harmonics[:, None] * time + phases
        )
        noise = noise + 0.1 * rng.standard_normal(length)
    else:
        magnitude = np.ones(length // 2 + 1)
        if kind == "slope":  # 0 white, 0.5 pink, 1 brown
            hertz = np.fft.rfftfreq(length, 1.0 / SAMPLE_RATE)
            magnitude = np.maximum(hertz, 40.0) ** -rng.uniform(0.0, 1.0)
        else:
            magnitude = np.abs(np.fft.rfft(np.resize(others[0], length)))
        phases = rng.uniform(0.0, 2.0 * np.pi, len(magnitude))
        noise = np.fft.irfft(magnitude * np.exp(1j * phases), length)
    return (noise / max(1e-9, float(np.sqrt(np.mean(noise**2))))).astype(np.float32)


def add_noise(pcm: np.ndarray, noise: np.ndarray, decibels: float) -> np.ndarray:
    """Noise of unit power, ``decibels`` below the loud parts of the speech."""
    active = pcm[np.abs(pcm) > 0.1 * np.abs(pcm).max(initial=0.0)]
    power = float(np.sqrt(np.mean(active**2))) if len(active) else 1e-3
    return pcm + noise * power * np.float32(10.0 ** (-decibels / 20.0))
