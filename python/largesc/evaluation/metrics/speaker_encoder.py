# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Resemblyzer's speaker encoder: what a voice sounds like, as a vector."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from .interface import Signal
from .signals import METRIC_RATE, FilterBank
from .speaker_weights import BANDS, HIDDEN, read_speaker_weights

WINDOW = 400  # samples at 16 kHz, 25 ms
HOP = 160  # samples, 10 ms
PARTIAL = 160  # frames, 1.6 s
PARTIAL_STEP = 77  # frames: 1.3 partials per second
MIN_COVERAGE = 0.75  # of the last partial, or it is left out
LOUDNESS = 10.0 ** (-30.0 / 20.0)  # root mean square; what is quieter is amplified to it


class _Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(BANDS, HIDDEN, num_layers=3, batch_first=True)
        self.linear = nn.Linear(HIDDEN, HIDDEN)

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        _, (hidden, _) = self.lstm(frames)
        return nn.functional.normalize(torch.relu(self.linear(hidden[-1])), dim=1)


class SpeakerEncoder:
    """The encoder of Wan et al. 2018 (arXiv:1710.10467) with Resemblyzer 0.1.4's weights.

    Raises:
        MetricUnavailable: the weights are not those that are known.
    """

    def __init__(self, weights: Path) -> None:
        tensors = read_speaker_weights(weights)
        self._network = _Network().eval()
        self._network.load_state_dict({name: torch.from_numpy(x) for name, x in tensors.items()})
        self._filters = FilterBank(slaney_filter_bank())
        self._window = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(WINDOW) / WINDOW)

    def embed(self, samples: Signal) -> NDArray[np.float32]:
        """Vector of length 1, ``[256]``, none of its values negative.

        As Resemblyzer's ``embed_utterance`` after its amplification of quiet speech. Its removal
        of long pauses is left out: it would cut different parts out of the two signals that are
        compared.

        Args:
            samples: float32 ``[samples]`` at 16 kHz, not silent.
        """
        torch.set_num_threads(1)  # the limit belongs to the thread that sets it
        level = float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
        starts = partial_starts(len(samples))
        amplified = samples * max(1.0, LOUDNESS / level)
        length = max(len(samples), (starts[-1] + PARTIAL) * HOP)
        frames = self.frames(np.pad(amplified, (0, length - len(samples))))
        partials = np.stack([frames[start : start + PARTIAL] for start in starts])
        with torch.no_grad():
            mean = self._network(torch.from_numpy(partials)).numpy().mean(axis=0)
        return mean / max(float(np.linalg.norm(mean)), 1e-12)

    def frames(self, samples: Signal) -> NDArray[np.float32]:
        """Powers in mel bands, ``[frames, 40]``, frames centred at multiples of 10 ms."""
        padded = np.pad(samples.astype(np.float64), WINDOW // 2)
        windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
        power = np.square(np.abs(np.fft.rfft(windows * self._window)))
        return (self._filters @ power.T).T.astype(np.float32)


def partial_starts(samples: int) -> list[int]:
    """First frames of the partials that Resemblyzer averages over."""
    frames = -(-(samples + 1) // HOP)
    starts = list(range(0, max(1, frames - PARTIAL + PARTIAL_STEP + 1), PARTIAL_STEP))
    coverage = (samples - starts[-1] * HOP) / (PARTIAL * HOP)
    return starts[:-1] if coverage < MIN_COVERAGE and len(starts) > 1 else starts


def slaney_filter_bank() -> NDArray[np.float64]:
    """Triangles of equal area up to 8 kHz, ``[40, 201]`` (Slaney's Auditory Toolbox, 1998).

    Evenly spaced by 200/3 Hz below 1 kHz, by a 27th of log 6.4 above: librosa's default.
    """
    top = 15.0 + 27.0 * np.log(METRIC_RATE / 2 / 1000.0) / np.log(6.4)
    mel = np.linspace(0.0, top, BANDS + 2)
    edges = np.where(mel < 15.0, mel * 200.0 / 3.0, 1000.0 * 6.4 ** ((mel - 15.0) / 27.0))
    lower, centre, upper = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    bins = np.linspace(0.0, METRIC_RATE / 2, WINDOW // 2 + 1)
    triangles = np.minimum((bins - lower) / (centre - lower), (upper - bins) / (upper - centre))
    return np.maximum(0.0, triangles) * 2.0 / (upper - lower)
