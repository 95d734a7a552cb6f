# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Log-mel distances of many decoded versions of a stretch of speech at once.

The same spectra as the judge's (``largesc.evaluation.metrics.log_mel_distance``), frame by frame.
"""

import numpy as np
import torch
from largesc.codec.mel import mel_filter_bank
from largesc.evaluation.metrics.log_mel_distance import BANDS, FLOOR, HOP, WINDOW

SAMPLE_RATE = 24000
MARGIN = WINDOW // 2  # samples that spectra need before the first frame


class LogMelWindows:
    """Spectra of stretches that begin MARGIN samples before the first frame that counts.

    Args:
        frame_size: samples per frame.
        frames: that count.
    """

    def __init__(self, frame_size: int, frames: int):
        self._bank = mel_filter_bank(BANDS, WINDOW, SAMPLE_RATE)
        window = torch.from_numpy(np.hanning(WINDOW + 1)[:-1]).float()
        self._window, self._scale = window, 2.0 / float(window.sum())
        centres = np.arange((frames * frame_size - MARGIN) // HOP + 1) * HOP
        share = np.zeros((len(centres), frames), np.float32)
        share[np.arange(len(centres)), centres // frame_size] = HOP / frame_size
        self._share = torch.from_numpy(share)

    @torch.no_grad()
    def decibels(self, pcm: np.ndarray) -> torch.Tensor:
        """float32 ``[rows, MARGIN + frames * frame_size]`` to ``[rows, spectra, bands]``."""
        windows = torch.from_numpy(pcm).unfold(1, WINDOW, HOP)[:, : len(self._share)]
        magnitude = torch.fft.rfft(windows * self._window).abs() * self._scale
        return 20.0 * torch.log10((magnitude @ self._bank.T).clamp_min(FLOOR))

    def distances(self, decibels: torch.Tensor, reference: torch.Tensor) -> np.ndarray:
        """Mean absolute difference over bands, float32 ``[rows, frames]``, in dB x frames: summed
        up over the frames of a recording it is its log-mel distance times their number."""
        difference = (decibels - reference).abs().mean(dim=2)
        found: np.ndarray = (difference @ self._share).numpy()
        return found
