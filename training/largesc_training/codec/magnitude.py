# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Magnitudes of spectra with their gradient written out.

torch's own goes back through a complex transform, which takes three times as long.
"""

from typing import Any

import torch

FLOOR = 1e-4  # of mel spectra: rounding to 16 bits leaves more
LEAST = 1e-12  # below, a bin has no direction to go


class Magnitude(torch.autograd.Function):
    """``|rfft(x)|`` of the last dimension: float32 ``[..., N]`` to ``[..., N / 2 + 1]``, N even."""

    @staticmethod
    def forward(ctx: Any, windows: torch.Tensor) -> torch.Tensor:
        spectra = torch.fft.rfft(windows)
        magnitudes = spectra.abs()
        ctx.save_for_backward(spectra, magnitudes)
        return magnitudes

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> torch.Tensor:
        spectra, magnitudes = ctx.saved_tensors
        length = 2 * (spectra.shape[-1] - 1)
        # irfft counts every bin but the two ends twice, the transpose of rfft once.
        slope = gradients[0] / magnitudes.clamp_min(LEAST) * (0.5 * length)
        slope[..., 0] *= 2.0
        slope[..., -1] *= 2.0
        return torch.fft.irfft(spectra * slope, n=length)


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
    windows = samples.unfold(1, len(taper), hop) * taper
    return (bank @ Magnitude.apply(windows).transpose(1, 2)).clamp_min(FLOOR)
