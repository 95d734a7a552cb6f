# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Magnitudes of spectra with their gradient written out.

torch's own goes back through a complex transform and through windows that overlap one sample at a
time, which takes three times as long.
"""

from typing import Any

import torch
from torch.nn import functional

FLOOR = 1e-4  # of mel spectra: rounding to 16 bits leaves more
LEAST = 1e-12  # below, a bin has no direction to go


class Magnitude(torch.autograd.Function):
    """Short-time magnitudes: samples float32 ``[B, N]``, taper ``[W]`` (W even) and hop to
    ``|rfft|`` of the whole windows in them, ``[B, T, W / 2 + 1]``."""

    @staticmethod
    def forward(ctx: Any, samples: torch.Tensor, taper: torch.Tensor, hop: int) -> torch.Tensor:
        spectra = torch.fft.rfft(samples.unfold(1, len(taper), hop) * taper)
        parts = torch.view_as_real(spectra)
        real, imaginary = parts[..., 0], parts[..., 1]
        # Half the time of abs(), which minds squares that overflow.
        magnitudes = torch.addcmul(real * real, imaginary, imaginary).sqrt_()
        ctx.save_for_backward(spectra, magnitudes, taper)
        ctx.hop, ctx.samples = hop, samples.shape[1]
        return magnitudes

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        spectra, magnitudes, taper = ctx.saved_tensors
        length = len(taper)
        # irfft counts every bin but the two ends twice, the transpose of rfft once.
        slope = gradients[0] / magnitudes.clamp_min(LEAST) * (0.5 * length)
        slope[..., 0] *= 2.0
        slope[..., -1] *= 2.0
        windows = torch.fft.irfft(spectra * slope, n=length) * taper
        return overlap_added(windows, ctx.hop, ctx.samples), None, None


def overlap_added(windows: torch.Tensor, hop: int, samples: int) -> torch.Tensor:
    """Sum ``[B, samples]`` of windows ``[B, T, W]``, each a hop behind the one before."""
    batch, count, length = windows.shape
    hops = -(-length // hop)
    pieces = functional.pad(windows, (0, hops * hop - length)).view(batch, count, hops, hop)
    summed = windows.new_zeros(batch, count + hops - 1, hop)
    for k in range(hops):
        summed[:, k : k + count] += pieces[:, :, k]
    summed = summed.view(batch, -1)[:, :samples]
    return functional.pad(summed, (0, samples - summed.shape[1]))


def mel_magnitudes(
    samples: torch.Tensor, bank: torch.Tensor, taper: torch.Tensor, hop: int
) -> torch.Tensor:
    """Mel spectra ``[B, bands, T]`` of the whole windows in samples ``[B, N]``, not below 1e-4.

    Args:
        samples: padded as the caller wants them.
        bank: ``[bands, window / 2 + 1]``.
        taper: ``[window]``.
        hop: samples from window to window.
    """
    magnitudes = Magnitude.apply(samples, taper, hop)
    return (bank @ magnitudes.transpose(1, 2)).clamp_min(FLOOR)
