# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""What decoded speech is judged by while the codec learns: spectra, pitch, voicing, phones."""

import torch
from largesc.codec.mel import mel_filter_bank
from largesc.codec.source_filter_decoder import REFERENCE_F0, SpeechParameters
from torch import nn
from torch.nn import functional

from .excerpts import Excerpt
from .hearing import audible, band_weights
from .magnitude import mel_magnitudes
from .phone_recogniser import PhoneRecogniser, misheard
from .settings import LossWeights

# Window, hop (samples) and mel bands: from pulses in time to harmonics in frequency.
RESOLUTIONS = ((256, 64, 20), (512, 128, 40), (1024, 256, 80), (2048, 512, 100))


class MelDistance(nn.Module):
    """Distance of mel spectra, mean over resolutions; inputs ``[B, N]``.

    Mean absolute difference of logarithms, plus a part of that of magnitudes relative to the
    mean magnitude: the logarithm alone is met by the median and leaves speech 3 to 5 dB too
    quiet; the magnitude weighs what is loud, formants and level.

    Args:
        sample_rate: Hz.
        hearing: whether bands and places weigh by what they are worth for words (hearing.py).
    """

    MAGNITUDE_WEIGHT = 0.2

    def __init__(self, sample_rate: int = 24000, hearing: bool = False):
        super().__init__()
        self._hearing = hearing
        for window, _, bands in RESOLUTIONS:
            bank = mel_filter_bank(bands, window, sample_rate)
            weights = band_weights(bank, sample_rate) if hearing else torch.ones(bands, 1)
            self.register_buffer(f"bank_{window}", bank)
            self.register_buffer(f"bands_{window}", weights, persistent=False)
            self.register_buffer(f"window_{window}", torch.hann_window(window))

    def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        distances = []
        for window, hop, _ in RESOLUTIONS:
            a, b = (self._mel(signal, window, hop) for signal in (x, y))
            bands = getattr(self, f"bands_{window}")
            logarithms = torch.log(b)
            off = (torch.log(a) - logarithms).abs()
            if self._hearing:
                places = bands * audible(logarithms)
                logarithmic = ((off * places).sum(dim=(1, 2)) / places.sum(dim=(1, 2))).mean()
            else:
                logarithmic = off.mean()
            relative = (bands * (a - b).abs()).sum(dim=(1, 2)) / (bands * b).sum(dim=(1, 2))
            distances.append(logarithmic + self.MAGNITUDE_WEIGHT * relative.mean())
        return torch.stack(distances).mean()

    def _mel(self, signal: torch.Tensor, window: int, hop: int) -> torch.Tensor:
        taper, bank = getattr(self, f"window_{window}"), getattr(self, f"bank_{window}")
        edge = window // 2
        padded = functional.pad(signal[:, None], (edge, edge), mode="reflect")[:, 0]
        return mel_magnitudes(padded, bank, taper, hop)


def pitch_distance(
    speech: SpeechParameters, f0: torch.Tensor, voiced: torch.Tensor
) -> torch.Tensor:
    """Mean error of 2 log2(F0) over voiced steps (0.1 is 0.6 semitones)."""
    target = 2.0 * torch.log2(f0 / REFERENCE_F0)
    return ((speech.pitch - target).abs() * voiced).sum() / voiced.sum().clamp_min(1.0)


def voicing_loss(speech: SpeechParameters, voiced: torch.Tensor) -> torch.Tensor:
    """Cross entropy of the voicing decision, in nats."""
    return nn.functional.binary_cross_entropy_with_logits(speech.voicing, voiced)


class SpeechLoss:
    """The parts of the loss that have a weight, for decoded speech.

    Args:
        weights: of the parts; those without one are not computed.
        device: where the speech is.
        recogniser: fixed; needed for ``layers`` and ``posteriors``.

    Raises:
        ValueError: there is no recogniser, and one is needed.
    """

    def __init__(
        self,
        weights: LossWeights,
        device: torch.device,
        recogniser: PhoneRecogniser | None = None,
    ):
        if weights.need_recogniser and recogniser is None:
            raise ValueError("weights of layers or posteriors need a recogniser of phones")
        self._weights, self._recogniser = weights, recogniser
        self._distances = {
            name: MelDistance(hearing=name == "heard").to(device)
            for name in ("mel", "heard")
            if getattr(weights, name)
        }

    def __call__(
        self, speech: SpeechParameters, decoded: torch.Tensor, excerpt: Excerpt
    ) -> dict[str, torch.Tensor]:
        """Parts by name; ``decoded`` ``[B, M]`` is in time with the beginning of what is wanted."""
        wanted = excerpt.wanted[:, : decoded.shape[1]]
        parts = {
            "pitch": pitch_distance(speech, excerpt.f0, excerpt.voiced),
            "voicing": voicing_loss(speech, excerpt.voiced),
        }
        parts |= {name: distance(decoded, wanted) for name, distance in self._distances.items()}
        if self._recogniser is not None and self._weights.need_recogniser:
            parts |= misheard(self._recogniser, decoded, wanted)
        return parts
