# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Distance of log-mel spectrograms: a plain measure of what changed, without any model."""

import numpy as np
from numpy.typing import NDArray

from ...codec.mel import mel_filter_bank
from ...corpus.utterance import SAMPLE_RATE, Utterance
from .interface import Signal, Value
from .signals import FilterBank, check_signals

WINDOW = 1024  # samples, 43 ms
HOP = 256  # samples, 11 ms
BANDS = 80
FLOOR = 10.0 ** (-80.0 / 20.0)  # of a sine at full scale; below, differences are not heard


class LogMelDistance:
    """Mean absolute difference in dB over frames of 11 ms and 80 mel bands up to 12 kHz.

    Magnitudes are those of a Hann window of 43 ms, 0 dB is a sine at full scale, everything below
    -80 dB counts as -80 dB. 0 is identity; it has no upper end but 80 dB.

    Attributes:
        name: ``log_mel_distance``.
        version: of the settings.
        columns: the distance in dB.
    """

    name = "log_mel_distance"
    version = "24 kHz, Hann 1024, hop 256, 80 mel bands, floor -80 dB"
    columns: tuple[str, ...] = ("log_mel_distance",)

    def __init__(self) -> None:
        filters = mel_filter_bank(BANDS, WINDOW, SAMPLE_RATE).numpy()
        self._filters = FilterBank(filters.astype(np.float64))
        self._window = np.hanning(WINDOW + 1)[:-1]

    def score(
        self, utterance: Utterance, received: Signal, without_loss: Signal
    ) -> dict[str, Value]:
        """Distance of one utterance, however short (it is padded with silence).

        Raises:
            ValueError: a signal is not as long as the utterance, or not finite.
        """
        check_signals(utterance, received, without_loss)
        difference = self._decibels(utterance.pcm) - self._decibels(received)
        return {"log_mel_distance": float(np.abs(difference).mean())}

    def _decibels(self, signal: Signal) -> NDArray[np.float64]:
        padded = np.pad(signal.astype(np.float64), WINDOW // 2)
        frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
        magnitude = np.abs(np.fft.rfft(frames * self._window)) * (2.0 / self._window.sum())
        return 20.0 * np.log10(np.maximum(self._filters @ magnitude.T, FLOOR))
