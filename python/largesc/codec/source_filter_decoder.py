# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decoder end of the embedded codec: latent frames to speech by source and filter.

A neural homomorphic vocoder (Liu, Chen and Yu, Interspeech 2020): a network predicts
pitch, voicing and two log-magnitude envelopes; a band-limited pulse train and noise are
filtered by them. The harmonics come from the pulse train and need not be learnt, which is
what makes the model trainable in an hour on two cores.
"""

from typing import NamedTuple

import torch
from moshi.modules.streaming import State, StreamingModule
from torch import nn

from ..frame.tokens import FRAME_STEPS
from .convnext import CausalConvNeXt
from .source_filter_synthesis import Excitation, SpectralShaping

REFERENCE_F0 = 150.0  # Hz, the F0 at which the pitch output is zero
LOWEST_F0, HIGHEST_F0 = 50.0, 600.0  # Hz
MOST_LEVEL_DB = 12.0  # more would hide a codec that does not work
# The network works near zero; e^-3 and e^-5 are typical levels of speech at -24 dBFS.
ENVELOPE_SCALE, PULSE_OFFSET, NOISE_OFFSET = 2.0, -3.0, -5.0


class SpeechParameters(NamedTuple):
    """What the network says of the speech; S = 8 T steps of 10 ms.

    pulse, noise: natural-log magnitude per mel band ``[B, bands, S]``.
    pitch: 2 log2(F0 / 150 Hz) ``[B, 2 S]``, every 5 ms.
    voicing: logit of the frame being voiced ``[B, 2 S]``, every 5 ms.
    """

    pulse: torch.Tensor
    noise: torch.Tensor
    pitch: torch.Tensor
    voicing: torch.Tensor

    def f0(self) -> torch.Tensor:
        """Fundamental frequency in Hz ``[B, 2 S]``."""
        return (REFERENCE_F0 * 2.0 ** (self.pitch / 2.0)).clamp(LOWEST_F0, HIGHEST_F0)


class SpeechParameterNetwork(StreamingModule[State]):
    """Latent ``[B, dimension, T]`` to :class:`SpeechParameters`, causal.

    Args:
        dimension: channels at the input and inside.
        bands: of each envelope.
        linear_path: whether both envelopes are a linear map of the frame's latent and what the
            network adds to it. Its norms would otherwise have to let the level through.
    """

    def __init__(self, dimension: int, bands: int, linear_path: bool = False):
        super().__init__()
        self.bands = bands
        d = dimension
        self.to_50hz = nn.Linear(d, 4 * d)
        self.at_50hz = nn.Sequential(*(CausalConvNeXt(d, 3) for _ in range(4)))
        self.to_100hz = nn.Linear(d, 2 * d)
        self.at_100hz = nn.Sequential(*(CausalConvNeXt(d, 2) for _ in range(3)))
        self.norm = nn.LayerNorm(d)
        self.head = nn.Linear(d, 2 * bands + 4)
        # Small first outputs: training starts from a plausible, quiet voice.
        nn.init.zeros_(self.head.bias)
        self.head.weight.data.mul_(0.2)
        self.linear: nn.Linear | None = None
        if linear_path:
            self.linear = nn.Linear(d, FRAME_STEPS * 2 * bands, bias=False)
            nn.init.zeros_(self.linear.weight)  # until it is set or learnt

    def _init_streaming_state(self, batch_size: int) -> State:
        return State(batch_size, self.head.weight.device)

    def forward(self, latent: torch.Tensor) -> SpeechParameters:
        h = self.at_50hz(_split_steps(self.to_50hz, latent, 4))
        h = self.at_100hz(_split_steps(self.to_100hz, h, 2))
        out = self.head(self.norm(h.transpose(1, 2)))
        n = self.bands
        pulse = out[..., :n].transpose(1, 2) * ENVELOPE_SCALE + PULSE_OFFSET
        noise = out[..., n : 2 * n].transpose(1, 2) * ENVELOPE_SCALE + NOISE_OFFSET
        if self.linear is not None:
            envelopes = _split_steps(self.linear, latent, FRAME_STEPS)
            pulse, noise = pulse + envelopes[:, :n], noise + envelopes[:, n:]
        pitch = out[..., 2 * n : 2 * n + 2].flatten(1)
        voicing = out[..., 2 * n + 2 :].flatten(1) * 2.0
        return SpeechParameters(pulse, noise, pitch, voicing)


def _split_steps(layer: nn.Linear, h: torch.Tensor, factor: int) -> torch.Tensor:
    """Each step of ``[B, C, T]`` becomes ``factor`` steps, which share what the layer gives."""
    b, _, t = h.shape
    return layer(h.transpose(1, 2)).reshape(b, t * factor, -1).transpose(1, 2)


class SourceFilterDecoder(StreamingModule[State]):
    """Replaces SEANetDecoder in ``MimiModel``: ``[B, dimension, T]`` to ``[B, 1, 1920 T]``.

    The output lags its frame by :attr:`delay` samples, because neighbouring filter windows
    overlap.

    Args:
        dimension: channels at the input and inside.
        bands: mel bands of each of the two envelopes.
        level_db: by how much the speech is raised. A network that was taught the logarithm of
            spectra says their median, and loud sounds, of which it is least sure, come out quieter
            than they were (docs/checkpoints.md, "Level"). Measured once per checkpoint.
        linear_path: of :class:`SpeechParameterNetwork`.
        sample_rate: Hz.

    Raises:
        ValueError: level_db is no number from -12 to 12.
    """

    def __init__(
        self,
        dimension: int = 256,
        bands: int = 64,
        level_db: float = 0.0,
        linear_path: bool = False,
        sample_rate: int = 24000,
    ):
        super().__init__()
        self.dimension = dimension
        self._gain = 10.0 ** (_checked_level(level_db) / 20.0)
        self.network = SpeechParameterNetwork(dimension, bands, linear_path)
        self.excitation = Excitation(sample_rate)
        self.shaping = SpectralShaping(bands, sample_rate)

    @property
    def delay(self) -> int:
        """Samples by which the output lags the frame it belongs to."""
        return self.shaping.delay

    def _init_streaming_state(self, batch_size: int) -> State:
        return State(batch_size, self.excitation.noise.device)

    def forward(self, latent: torch.Tensor) -> torch.Tensor:
        speech = self.network(latent)
        voiced = (speech.voicing > 0.0).float()
        return self.synthesise(speech, speech.f0(), voiced)

    def synthesise(
        self, speech: SpeechParameters, f0: torch.Tensor, voiced: torch.Tensor
    ) -> torch.Tensor:
        """Speech ``[B, 1, N]`` from envelopes and a given pitch contour.

        Training passes the measured contour, so that harmonics line up with the target and
        spectral losses can see them.

        Args:
            speech: the network's output, S steps.
            f0: Hz ``[B, 2 S]``, also through unvoiced parts.
            voiced: 0 or 1 ``[B, 2 S]``.
        """
        pulses, noise = self.excitation(f0, voiced)
        return self.shaping(pulses, noise, speech.pulse, speech.noise) * self._gain


def _checked_level(level_db: float) -> float:
    # It comes out of a JSON file.
    is_number = isinstance(level_db, int | float) and not isinstance(level_db, bool)
    if not is_number or not abs(level_db) <= MOST_LEVEL_DB:  # NaN is not either
        raise ValueError(
            f"level_db must be a number from -{MOST_LEVEL_DB:g} to {MOST_LEVEL_DB:g}, "
            f"not {level_db!r}"
        )
    return float(level_db)
