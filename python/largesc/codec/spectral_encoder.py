# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Encoder end of the embedded codec: causal spectral features down to 12.5 frames/s."""

from dataclasses import dataclass

import torch
from moshi.modules.conv import StreamingConv1d
from moshi.modules.streaming import State, StreamingModule
from torch import nn

from ..frame.tokens import FRAME_STEPS
from .convnext import CausalConvNeXt, ChannelNorm
from .mel import mel_filter_bank

WINDOW = 1024  # samples (43 ms): resolves harmonics 47 Hz apart
HOP = 240  # samples (10 ms)
FULL_SCALE = 32768.0  # of 16-bit samples
LONGEST_LOOKAHEAD = 24000  # samples: nobody talks over a link that waits longer for itself
LOW_BINS = 64  # linear bins up to 1.5 kHz, where pitch shows
LINEAR_STEPS = 16  # that the linear path reads: the frame's own and as many before


@dataclass
class _History(State):
    samples: torch.Tensor  # [B, WINDOW - HOP]: what the next analysis window still needs

    def reset(self, reset_mask: torch.Tensor) -> None:
        super().reset(reset_mask)
        self.samples[:] = torch.where(reset_mask.view(-1, 1), 0.0, self.samples)


class SpectralFeatures(StreamingModule[_History]):
    """Log-mel and low-frequency log-magnitude spectra, 100 per second, causal.

    ``[B, 1, N]`` (N a multiple of 240) gives ``[B, mel_bands + 64, N / 240]``; the window
    of output t ends with sample 240 (t + 1).
    """

    def __init__(self, mel_bands: int, sample_rate: int):
        super().__init__()
        self.channels = mel_bands + LOW_BINS
        bank = mel_filter_bank(mel_bands, WINDOW, sample_rate)
        self.register_buffer("bank", bank, persistent=False)
        self.register_buffer("window", torch.hann_window(WINDOW), persistent=False)

    def _init_streaming_state(self, batch_size: int) -> _History:
        history = torch.zeros(batch_size, WINDOW - HOP, device=self.window.device)
        return _History(batch_size, self.window.device, history)

    def forward(self, pcm: torch.Tensor) -> torch.Tensor:
        state = self._streaming_state or self._init_streaming_state(pcm.shape[0])
        # Training had 16-bit samples. Resampled speech has bands that are emptier than their
        # rounding noise, and log magnitudes there that no training showed (docs/decisions.md).
        rounded = torch.round(pcm[:, 0] * FULL_SCALE) / FULL_SCALE
        x = torch.cat([state.samples, rounded], dim=1)
        keep = state.exec_mask.view(-1, 1)
        state.samples[:] = torch.where(keep, x[:, HOP - WINDOW :], state.samples)
        frames = x.unfold(1, WINDOW, HOP) * self.window
        magnitude = torch.fft.rfft(frames).abs().transpose(1, 2)
        mel = torch.log((self.bank @ magnitude).clamp_min(1e-4))
        low = torch.log(magnitude[:, 1 : LOW_BINS + 1].clamp_min(1e-3))
        # Offsets and scales bring speech near zero mean and unit variance.
        return torch.cat([(mel + 4.0) / 3.0, (low + 1.0) / 3.0], dim=1)


class SpectralEncoder(StreamingModule[State]):
    """Replaces SEANetEncoder in ``MimiModel``: ``[B, 1, 1920 T]`` to ``[B, dimension, T]``.

    It codes what it heard ``lookahead_samples`` ago: output t describes the samples from
    1920 t - lookahead_samples to 1920 (t + 1) - lookahead_samples, of which it knows by then what
    follows. Nothing is computed or kept for that: what the weights learnt to say is older by so
    much, and so is what the decoder makes of it.

    Args:
        dimension: channels throughout and at the output.
        mel_bands: bands of the mel spectrum at the input.
        lookahead_samples: what it hears beyond the samples it codes; a multiple of 240 up to
            24000. It belongs to the weights.
        linear_path: whether a linear map of the spectra of the last 160 ms is added to what the
            network says: the network then learns what is not linear, and level is never lost.
        sample_rate: Hz; windows and hops are laid out for 24000.

    Raises:
        ValueError: lookahead_samples is none of these.
    """

    def __init__(
        self,
        dimension: int = 256,
        mel_bands: int = 80,
        lookahead_samples: int = 0,
        linear_path: bool = False,
        sample_rate: int = 24000,
    ):
        super().__init__()
        self.dimension = dimension
        self.lookahead_samples = _checked_lookahead(lookahead_samples)
        self.features = SpectralFeatures(mel_bands, sample_rate)
        d = dimension
        self.at_100hz = nn.Sequential(
            StreamingConv1d(self.features.channels, d, 3, causal=True),
            CausalConvNeXt(d, 2),
            CausalConvNeXt(d, 2),
        )
        self.at_50hz = nn.Sequential(_halve_rate(d), CausalConvNeXt(d, 2))
        self.at_25hz = nn.Sequential(_halve_rate(d), CausalConvNeXt(d, 3), CausalConvNeXt(d, 3))
        self.at_12_5hz = nn.Sequential(
            _halve_rate(d), CausalConvNeXt(d, 3, 3), CausalConvNeXt(d, 3, 3), ChannelNorm(d)
        )
        self.linear: StreamingConv1d | None = None
        if linear_path:
            channels = self.features.channels
            self.linear = StreamingConv1d(
                channels, d, LINEAR_STEPS, stride=FRAME_STEPS, causal=True
            )
            nn.init.zeros_(self.linear.conv.conv.weight)  # until it is set or learnt
            nn.init.zeros_(self.linear.conv.conv.bias)

    def _init_streaming_state(self, batch_size: int) -> State:
        return State(batch_size, self.features.window.device)

    def forward(self, pcm: torch.Tensor) -> torch.Tensor:
        features = self.features(pcm)
        said = self.at_12_5hz(self.at_25hz(self.at_50hz(self.at_100hz(features))))
        return said if self.linear is None else said + self.linear(features)


def _checked_lookahead(samples: object) -> int:
    possible = range(0, LONGEST_LOOKAHEAD + 1, HOP)
    if isinstance(samples, int) and not isinstance(samples, bool) and samples in possible:
        return samples
    raise ValueError(
        f"lookahead_samples must be a multiple of {HOP} from 0 to {LONGEST_LOOKAHEAD}, "
        f"not {samples!r}"
    )


def _halve_rate(channels: int) -> StreamingConv1d:
    return StreamingConv1d(channels, channels, 4, stride=2, causal=True)
