# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small recogniser of phones that listens to the codec while it learns.

It is trained once on speech whose phones are known and then fixed. What its layers make of decoded
speech is to be what they make of the original: spectra that differ where phones do not are
cheap, those that turn one phone into another are not. It is not the judge of the evaluation, which
is another model trained on other speech.
"""

import torch
from largesc.codec.mel import mel_filter_bank
from torch import nn
from torch.nn import functional

from ..corpus.phones import UNKNOWN
from ..corpus.prepared import SAMPLE_RATE
from .magnitude import mel_magnitudes
from .phone_head import CLASSES

WINDOW, HOP = 1024, 240  # samples
BANDS, AUDIBLE = 80, 64  # mel bands, and how many of them are heard: up to 7 kHz
WIDTH = 256
DILATIONS = 1, 2, 4, 1, 2  # of steps of 20 ms: 0.4 s are heard around each
QUIETEST = 1e-3  # below, it hears no difference
SPREAD = 2.0  # of log spectra of speech, nepers


class _Block(nn.Module):
    """ConvNeXt block (Liu et al. 2022) over steps of 20 ms, not causal."""

    def __init__(self, width: int, dilation: int):
        super().__init__()
        self.depthwise = nn.Conv1d(
            width, width, 5, padding=2 * dilation, dilation=dilation, groups=width
        )
        self.norm = nn.LayerNorm(width)
        self.expand = nn.Linear(width, 2 * width)
        self.contract = nn.Linear(2 * width, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.norm(self.depthwise(x).transpose(1, 2))
        return x + self.contract(functional.gelu(self.expand(y))).transpose(1, 2)


class PhoneRecogniser(nn.Module):
    """Speech ``[B, N]`` (N a multiple of 480) to what its layers make of it, ``[B, 256, N / 480]``
    each, and logits of phones ``[B, 42, N / 240]``; the level of the whole does not matter."""

    bank: torch.Tensor
    window: torch.Tensor

    def __init__(self) -> None:
        super().__init__()
        bank = mel_filter_bank(BANDS, WINDOW, SAMPLE_RATE)[:AUDIBLE]
        self.register_buffer("bank", bank, persistent=False)
        self.register_buffer("window", torch.hann_window(WINDOW), persistent=False)
        self.stem = nn.Conv1d(AUDIBLE, WIDTH, 6, stride=2, padding=2)
        self.blocks = nn.ModuleList(_Block(WIDTH, dilation) for dilation in DILATIONS)
        self.norm = nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, 2 * CLASSES)

    def forward(self, speech: torch.Tensor) -> tuple[list[torch.Tensor], torch.Tensor]:
        h = self.stem(self._spectra(speech))
        layers = []
        for block in self.blocks:
            h = block(h)
            layers.append(h)
        out = self.head(self.norm(h.transpose(1, 2)))
        return layers, out.reshape(len(out), -1, CLASSES).transpose(1, 2)

    def _spectra(self, speech: torch.Tensor) -> torch.Tensor:
        edge = (WINDOW - HOP) // 2
        padded = functional.pad(speech, (edge, edge))
        mel = mel_magnitudes(padded, self.bank, self.window, HOP)
        logarithms = torch.log(mel.clamp_min(QUIETEST))
        return (logarithms - logarithms.mean(dim=(1, 2), keepdim=True)) / SPREAD

    def fixed(self) -> "PhoneRecogniser":
        """Itself, to listen and no longer to learn."""
        return self.eval().requires_grad_(False)


def recogniser_loss(logits: torch.Tensor, phones: torch.Tensor) -> torch.Tensor:
    """Mean cross entropy (nats) where phones are known."""
    return functional.cross_entropy(logits, phones, ignore_index=UNKNOWN)


def misheard(
    recogniser: PhoneRecogniser, decoded: torch.Tensor, wanted: torch.Tensor
) -> dict[str, torch.Tensor]:
    """How differently the recogniser hears two versions of the same speech, ``[B, N]`` each.

    Returns:
        ``layers``: mean absolute difference of its layers, relative to their size (as in Kumar et
        al. 2019, MelGAN, section 2.2.2, with a recogniser in place of the discriminator);
        ``posteriors``: divergence of its phones (Kullback and Leibler 1951), nats per 10 ms.
    """
    with torch.no_grad():
        right, right_phones = recogniser(wanted)
    found, phones = recogniser(decoded)
    off = [(a - b).abs().mean() / b.abs().mean() for a, b in zip(found, right, strict=True)]
    apart = functional.kl_div(
        phones.log_softmax(dim=1),
        right_phones.log_softmax(dim=1),
        log_target=True,
        reduction="none",
    )
    return {"layers": torch.stack(off).mean(), "posteriors": apart.sum(dim=1).mean()}
