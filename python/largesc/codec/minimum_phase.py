# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Minimum-phase responses of log magnitudes, through the folded cepstrum.

Oppenheim and Schafer, Discrete-Time Signal Processing, section 13.5. The gradient is written out:
torch's own goes through complex transforms of twice the length, which were a fifth of a training
step of the embedded codec.
"""

from typing import Any

import torch


def minimum_phase(log_magnitude: torch.Tensor) -> torch.Tensor:
    """Natural-log magnitudes ``[..., N / 2 + 1]`` to complex responses of that shape.

    N is a power of two.
    """
    if torch.is_grad_enabled():
        response: torch.Tensor = MinimumPhase.apply(log_magnitude)
        return response
    return _response(log_magnitude)


class MinimumPhase(torch.autograd.Function):
    """What :func:`minimum_phase` does, with a gradient."""

    @staticmethod
    def forward(ctx: Any, log_magnitude: torch.Tensor) -> torch.Tensor:
        response = _response(log_magnitude)
        ctx.save_for_backward(response)
        return response

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> torch.Tensor:
        (response,) = ctx.saved_tensors
        by_logarithm = gradients[0] * response.conj()
        return by_logarithm.real + _phase_transposed(by_logarithm.imag)


def _response(log_magnitude: torch.Tensor) -> torch.Tensor:
    """The real part of its logarithm is the log magnitude, the imaginary part the Hilbert
    transform of that along the bins."""
    length = 2 * (log_magnitude.shape[-1] - 1)
    cepstrum = torch.fft.irfft(log_magnitude, n=length)
    phase = torch.fft.rfft(_folded(cepstrum), n=length).imag
    return torch.polar(log_magnitude.exp(), phase)


def _folded(cepstrum: torch.Tensor) -> torch.Tensor:
    """The cepstrum with its second half on top of the first."""
    length = cepstrum.shape[-1]
    fold = torch.zeros(length, device=cepstrum.device)
    fold[0], fold[1 : length // 2], fold[length // 2] = 1.0, 2.0, 1.0
    return cepstrum * fold


def _phase_transposed(y: torch.Tensor) -> torch.Tensor:
    """The transpose of what turns log magnitude into phase: of Im(rfft), the fold, irfft.

    The transpose of Im(rfft) is N / 2 irfft of an imaginary spectrum, that of irfft of a real one
    is the real part of rfft by 2 / N, by 1 / N at both ends.
    """
    length = 2 * (y.shape[-1] - 1)
    quefrency = torch.fft.irfft(torch.complex(torch.zeros_like(y), y), n=length)
    back = torch.fft.rfft(_folded(quefrency), n=length).real
    ends = torch.ones(y.shape[-1], device=y.device)
    ends[0] = ends[-1] = 0.5
    return back * ends
