# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Magnitudes of spectra and their gradient."""

import pytest
import torch
from largesc_training.codec.magnitude import Magnitude


def torchs_own(samples: torch.Tensor, taper: torch.Tensor, hop: int) -> torch.Tensor:
    return torch.fft.rfft(samples.unfold(1, len(taper), hop) * taper).abs()


@pytest.mark.parametrize(
    ("length", "hop", "samples"),
    [
        pytest.param(256, 64, 1000, id="samples left over"),
        pytest.param(256, 100, 756, id="a window is no number of hops"),
        pytest.param(64, 100, 700, id="windows apart"),
        pytest.param(256, 256, 256, id="one"),
    ],
)
def test_magnitudes_and_gradient_are_torchs_own(length: int, hop: int, samples: int):
    generator = torch.Generator().manual_seed(3)
    speech = torch.randn(4, samples, generator=generator)
    taper = torch.hann_window(length)
    weights = torch.randn(torchs_own(speech, taper, hop).shape, generator=generator)
    found, gradients = [], []
    for magnitude in (Magnitude.apply, torchs_own):
        given = speech.clone().requires_grad_()
        found.append(magnitude(given, taper, hop))
        (found[-1] * weights).sum().backward()
        gradients.append(given.grad)
    torch.testing.assert_close(*found, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(*gradients, atol=1e-4, rtol=1e-4)


def test_silence_has_no_direction():
    silence = torch.zeros(1, 64, requires_grad=True)
    Magnitude.apply(silence, torch.ones(64), 64).sum().backward()
    assert not silence.grad.any()
