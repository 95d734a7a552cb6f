# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Magnitudes of spectra and their gradient."""

import torch
from largesc_training.codec.magnitude import Magnitude


def test_magnitudes_and_gradient_are_torchs_own():
    generator = torch.Generator().manual_seed(3)
    windows = torch.randn(4, 256, generator=generator)
    weights = torch.randn(4, 129, generator=generator)
    found, gradients = [], []
    for magnitude in (Magnitude.apply, lambda x: torch.fft.rfft(x).abs()):
        given = windows.clone().requires_grad_()
        found.append(magnitude(given))
        (found[-1] * weights).sum().backward()
        gradients.append(given.grad)
    torch.testing.assert_close(*found, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(*gradients, atol=1e-4, rtol=1e-4)


def test_silence_has_no_direction():
    silence = torch.zeros(1, 64, requires_grad=True)
    Magnitude.apply(silence).sum().backward()
    assert not silence.grad.any()
