# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes between a speaker and the encoder: room, noise, a radio's microphone, clipping.

It is in what is heard and not in what is wanted: the codec learns to leave it out, because its
bits are for the speech. Speech in and out is float32 ``[B, N]`` at 24 kHz.
"""

import math

import torch
from scipy.fft import next_fast_len
from torch.nn import functional

from .microphones import SAMPLE_RATE
from .random_draws import happens, some_of, uniform
from .settings import Augmentation

TAIL = 11520  # samples of a room, 0.48 s
LEVEL_KNOTS = 9  # of the moving level of a noise


class Disturbances:
    """Disturbs excerpts of one length.

    Args:
        samples: their length.
        chances: of every disturbance.
        device: of the excerpts.
    """

    def __init__(self, samples: int, chances: Augmentation, device: torch.device):
        self._samples, self._chances, self._device = samples, chances, device
        bins = torch.arange(samples // 2 + 1, device=device)
        self._hertz = (bins * (SAMPLE_RATE / samples))[None]
        self._seconds = torch.arange(TAIL, device=device)[None] / SAMPLE_RATE
        self._padded = next_fast_len(samples + TAIL, real=True)

    def __call__(self, speech: torch.Tensor) -> torch.Tensor:
        """The speech as an encoder is given it, within full scale."""
        heard = self._in_rooms(speech)
        heard = self._in_noise(heard, speech)
        heard = self._by_radio(heard)
        return self._clipped(heard)

    def _in_rooms(self, heard: torch.Tensor) -> torch.Tensor:
        numbers, happen = some_of(len(heard), self._chances.room, self._device)
        if not len(numbers):
            return heard
        tails = self._tails(len(numbers)) * happen
        tails[:, 0] = 1.0  # the direct sound
        spectra = torch.fft.rfft(heard[numbers], n=self._padded)
        spectra = spectra * torch.fft.rfft(tails, n=self._padded)
        changed = torch.fft.irfft(spectra, n=self._padded)[:, : self._samples]
        return heard.index_copy(0, numbers, changed)

    def _tails(self, count: int) -> torch.Tensor:
        """Decaying noise of 0.15 to 0.6 s (60 dB), 1 to 18 dB below the direct sound."""
        decay = 10.0 ** (-3.0 * self._seconds / uniform(count, 0.15, 0.6, self._device))
        tails = torch.randn(count, TAIL, device=self._device) * decay
        tails = tails * (self._seconds > uniform(count, 0.001, 0.008, self._device))
        level = 10.0 ** (-uniform(count, 1.0, 18.0, self._device) / 20.0)
        return tails * level / tails.square().sum(dim=1, keepdim=True).sqrt().clamp_min(1e-5)

    def _in_noise(self, heard: torch.Tensor, speech: torch.Tensor) -> torch.Tensor:
        """2 to 28 dB below the speech; the other excerpts of the batch are the other voices."""
        numbers, happen = some_of(len(heard), self._chances.noise, self._device)
        if not len(numbers):
            return heard
        noise = self._noise(numbers, speech)
        level = 10.0 ** (-uniform(len(numbers), 2.0, 28.0, self._device) / 20.0)
        own = heard[numbers]
        return heard.index_copy(0, numbers, own + happen * noise * level * _power(own))

    def _noise(self, numbers: torch.Tensor, speech: torch.Tensor) -> torch.Tensor:
        """Of unit power: sloped or with the spectrum of other speech, four in five; else voices."""
        count, device = len(numbers), self._device
        slope = self._hertz.clamp_min(40.0) ** -uniform(count, 0.0, 1.2, device)
        spectrum = torch.fft.rfft(speech.roll(1, 0)[numbers]).abs()
        shape = torch.where(happens(count, 0.65, device), slope, spectrum)
        phase = 2.0 * math.pi * torch.rand(shape.shape, device=device)
        noise = torch.fft.irfft(torch.polar(shape, phase), n=self._samples)
        noise = noise * 10.0 ** (self._moving_decibels(count) / 20.0)
        voices = speech.roll(2, 0) + speech.roll(3, 0) + speech.roll(5, 0)
        voices = voices[numbers]
        noise, voices = noise / _power(noise), voices / _power(voices)
        return torch.where(happens(count, 0.8, device), noise, voices)

    def _moving_decibels(self, count: int) -> torch.Tensor:
        """Nothing, or up to 8 dB either way, changing within fractions of a second."""
        knots = torch.empty(count, 1, LEVEL_KNOTS, device=self._device).uniform_(-8.0, 8.0)
        line = functional.interpolate(knots, self._samples, mode="linear", align_corners=True)
        return line[:, 0] * happens(count, self._chances.moving_noise, self._device)

    def _by_radio(self, heard: torch.Tensor) -> torch.Tensor:
        """300 to 2700 Hz, give or take, with 12 to 32 dB of hiss; the whole band is wanted."""
        numbers, happen = some_of(len(heard), self._chances.ssb, self._device)
        if not len(numbers):
            return heard
        count, own = len(numbers), heard[numbers]
        level = 10.0 ** (-uniform(count, 12.0, 32.0, self._device) / 20.0)
        hissing = own + torch.randn_like(own) * _power(own) * level
        low, high = (uniform(count, *r, self._device) for r in ((200, 350), (2400, 3000)))
        outside = ((low - self._hertz) / 120.0).clamp(0.0, 1.0)
        outside = outside + ((self._hertz - high) / 300.0).clamp(0.0, 1.0)
        spectra = torch.fft.rfft(hissing) * 10.0 ** (-3.0 * outside)  # 60 dB
        changed = torch.fft.irfft(spectra, n=self._samples)
        return heard.index_copy(0, numbers, torch.where(happen, changed, own))

    def _clipped(self, heard: torch.Tensor) -> torch.Tensor:
        """At full scale, or 3 to 9 dB below the peak."""
        count = len(heard)
        peak = heard.abs().amax(dim=1, keepdim=True)
        limit = peak * 10.0 ** (-uniform(count, 3.0, 9.0, self._device) / 20.0)
        some = happens(count, self._chances.clipped, self._device)
        limit = torch.where(some, limit.clamp(1e-4, 1.0), 1.0)
        return torch.minimum(torch.maximum(heard, -limit), limit)


def _power(signal: torch.Tensor) -> torch.Tensor:
    return signal.square().mean(dim=1, keepdim=True).sqrt().clamp_min(1e-7)
