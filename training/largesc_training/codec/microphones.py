# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What belongs to voice and microphone: gain over frequency, band, level.

The decoder is to say it, so it is in what is heard and in what is wanted. Speech in and out is
float32 ``[B, N]`` at 24 kHz.
"""

import torch

from .random_draws import happens, uniform
from .settings import Augmentation

SAMPLE_RATE = 24000
KNOTS = (0.0, 120.0, 350.0, 1000.0, 2500.0, 6000.0, 12000.0)  # Hz, of the equaliser
FULL = 0.98


class Microphones:
    """Changes excerpts of one length.

    Args:
        samples: their length.
        chances: of every change.
        device: of the excerpts.
    """

    def __init__(self, samples: int, chances: Augmentation, device: torch.device):
        self._samples, self._chances = samples, chances
        bins = torch.arange(samples // 2 + 1, device=device)
        self._hertz = bins * (SAMPLE_RATE / samples)
        self._spread = _lines_between(KNOTS, self._hertz)

    def __call__(self, speech: torch.Tensor) -> torch.Tensor:
        spectrum = torch.fft.rfft(speech) * 10.0 ** (self._decibels(len(speech)) / 20.0)
        return self._at_level(torch.fft.irfft(spectrum, n=self._samples))

    def _decibels(self, count: int) -> torch.Tensor:
        """A smooth gain of up to 8 dB either way, at times a band that ends at 3.4 to 8 kHz and
        one that begins at 80 to 300 Hz."""
        chances, device, hertz = self._chances, self._hertz.device, self._hertz[None]
        knots = torch.empty(count, len(KNOTS), device=device).uniform_(-8.0, 8.0)
        decibels = (knots * happens(count, chances.equaliser, device)) @ self._spread
        high = uniform(count, 3400.0, 8000.0, device)
        cut = 60.0 * ((hertz - high) / (0.1 * high)).clamp(0.0, 1.0)
        decibels = decibels - cut * happens(count, chances.band, device)
        low = uniform(count, 80.0, 300.0, device)
        cut = 40.0 * ((low - hertz) / (0.5 * low)).clamp(0.0, 1.0)
        return decibels - cut * happens(count, chances.low_cut, device)

    def _at_level(self, speech: torch.Tensor) -> torch.Tensor:
        """The corpus is at -24 dBFS: 13 dB less to 11 more, at times 26 dB less; none clips."""
        count, device = len(speech), speech.device
        quiet = happens(count, self._chances.quiet, device)
        usual = uniform(count, -13.0, 11.0, device)
        decibels = torch.where(quiet, uniform(count, -26.0, -13.0, device), usual)
        peak = speech.abs().amax(dim=1, keepdim=True).clamp_min(1e-5)
        return speech * torch.minimum(10.0 ** (decibels / 20.0), FULL / peak)


def _lines_between(knots: tuple[float, ...], hertz: torch.Tensor) -> torch.Tensor:
    """Matrix ``[knots, bins]`` that draws straight lines between values at the knots."""
    at = torch.tensor(knots, device=hertz.device)
    right = torch.searchsorted(at, hertz.clamp(1e-3, knots[-1] - 1.0)).clamp(1, len(knots) - 1)
    share = (hertz - at[right - 1]) / (at[right] - at[right - 1])
    columns = torch.arange(len(hertz), device=hertz.device)
    matrix = torch.zeros(len(knots), len(hertz), device=hertz.device)
    matrix[right - 1, columns] = 1.0 - share
    matrix[right, columns] += share
    return matrix
