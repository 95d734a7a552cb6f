# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Losses of the embedded codec: spectra at four resolutions, pitch, voicing."""

import torch
from largesc.codec.mel import mel_filter_bank
from largesc.codec.source_filter_decoder import REFERENCE_F0, SpeechParameters
from torch import nn
from torch.nn import functional

from .magnitude import Magnitude

# Window, hop (samples) and mel bands: from pulses in time to harmonics in frequency.
RESOLUTIONS = ((256, 64, 20), (512, 128, 40), (1024, 256, 80), (2048, 512, 100))


class MelDistance(nn.Module):
    """Distance of mel spectra, mean over resolutions; inputs ``[B, N]``.

    Mean absolute difference of logarithms, plus a part of that of magnitudes relative to the
    mean magnitude: the logarithm alone is met by the median and leaves speech 3 to 5 dB too
    quiet; the magnitude weighs what is loud, formants and level.
    """

    MAGNITUDE_WEIGHT = 0.2

    def __init__(self, sample_rate: int = 24000):
        super().__init__()
        for window, _, bands in RESOLUTIONS:
            self.register_buffer(f"bank_{window}", mel_filter_bank(bands, window, sample_rate))
            self.register_buffer(f"window_{window}", torch.hann_window(window))

    def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        distances = []
        for window, hop, _ in RESOLUTIONS:
            a, b = (self._mel(signal, window, hop) for signal in (x, y))
            logarithmic = (torch.log(a) - torch.log(b)).abs().mean()
            relative = (a - b).abs().sum(dim=(1, 2)) / b.sum(dim=(1, 2))
            distances.append(logarithmic + self.MAGNITUDE_WEIGHT * relative.mean())
        return torch.stack(distances).mean()

    def _mel(self, signal: torch.Tensor, window: int, hop: int) -> torch.Tensor:
        taper, bank = getattr(self, f"window_{window}"), getattr(self, f"bank_{window}")
        edge = window // 2
        padded = functional.pad(signal[:, None], (edge, edge), mode="reflect")[:, 0]
        windows = padded.unfold(1, window, hop) * taper
        return (bank @ Magnitude.apply(windows).transpose(1, 2)).clamp_min(1e-4)


def pitch_distance(
    speech: SpeechParameters, f0: torch.Tensor, voiced: torch.Tensor
) -> torch.Tensor:
    """Mean error of 2 log2(F0) over voiced steps (0.1 is 0.6 semitones)."""
    target = 2.0 * torch.log2(f0 / REFERENCE_F0)
    return ((speech.pitch - target).abs() * voiced).sum() / voiced.sum().clamp_min(1.0)


def voicing_loss(speech: SpeechParameters, voiced: torch.Tensor) -> torch.Tensor:
    """Cross entropy of the voicing decision, in nats."""
    return nn.functional.binary_cross_entropy_with_logits(speech.voicing, voiced)
