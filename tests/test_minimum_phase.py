# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Minimum-phase responses and their gradient."""

import torch
from gnuradio.largesc.codec.minimum_phase import MinimumPhase


def by_complex_cepstrum(log_magnitude: torch.Tensor) -> torch.Tensor:
    """The same, as Oppenheim and Schafer have it, with torch's own gradient."""
    length = 2 * (log_magnitude.shape[-1] - 1)
    fold = torch.zeros(length, dtype=log_magnitude.dtype)
    fold[0], fold[1 : length // 2], fold[length // 2] = 1.0, 2.0, 1.0
    cepstrum = torch.fft.irfft(log_magnitude, n=length)
    return torch.exp(torch.fft.rfft(cepstrum * fold, n=length))


def test_response_is_that_of_the_folded_cepstrum():
    envelopes = torch.randn(2, 5, 65, generator=torch.Generator().manual_seed(1))
    response = MinimumPhase.apply(envelopes)
    torch.testing.assert_close(response, by_complex_cepstrum(envelopes), atol=1e-5, rtol=1e-5)


def test_energy_comes_as_early_as_it_can():
    """A one-pole lowpass is minimum phase: its magnitude gives back its impulse response."""
    impulse = 0.9 ** torch.arange(1024, dtype=torch.float32)
    magnitude = torch.fft.rfft(impulse).abs()
    found = torch.fft.irfft(MinimumPhase.apply(magnitude.log()[None]), n=1024)[0]
    torch.testing.assert_close(found[:64], impulse[:64], atol=1e-4, rtol=0)


def test_gradient_is_that_of_the_formula():
    generator = torch.Generator().manual_seed(2)
    envelopes = torch.randn(3, 4, 65, generator=generator)
    weights = torch.randn(3, 4, 65, dtype=torch.complex64, generator=generator)
    gradients = []
    for response in (MinimumPhase.apply, by_complex_cepstrum):
        given = envelopes.clone().requires_grad_()
        (response(given) * weights).real.sum().backward()
        gradients.append(given.grad)
    torch.testing.assert_close(*gradients, atol=1e-4, rtol=1e-4)
