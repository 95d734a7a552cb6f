# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does speech come out of a codec? A fixed recording goes through and is compared."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile
import torch
from numpy.typing import NDArray

from .mel import mel_filter_bank
from .speech_codec import SpeechCodec

RECORDING = Path(__file__).parents[1] / "audio" / "verification.flac"
# Correlation of log-mel spectrograms, as `largesc checkpoints verify` prints it: -0.40 for Mimi
# with random weights, 0.96 for the embedded codec.
SPEECH_CORRELATION = 0.6


class Verdict(NamedTuple):
    """correlation: of log-mel spectrograms before and after, -1..1; level_db: change of level."""

    is_speech: bool
    correlation: float
    level_db: float

    def sentence(self, name: str) -> str:
        """The verdict for a person."""
        what = "speech comes out" if self.is_speech else "NO speech comes out"
        return (
            f"{name}: {what} (spectrogram correlation {self.correlation:.2f}, "
            f"needed {SPEECH_CORRELATION}; level {self.level_db:+.1f} dB)"
        )


def verify(codec: SpeechCodec) -> Verdict:
    """Encodes and decodes the recording frame by frame, with all codebooks."""
    pcm, _ = soundfile.read(RECORDING, dtype="float32")
    pcm = pcm[: len(pcm) // codec.frame_size * codec.frame_size]
    codec.reset()
    frames = pcm.reshape(-1, codec.frame_size)
    decoded = np.concatenate([codec.decode(codec.encode(frame).tokens) for frame in frames])
    sent, received = pcm[: len(pcm) - codec.delay], decoded[codec.delay :]
    a, b = _log_mel(sent), _log_mel(received)
    correlation = float(np.corrcoef(a.ravel(), b.ravel())[0, 1]) if b.std() > 0 else 0.0
    level = 20.0 * np.log10((np.std(received) + 1e-9) / np.std(sent))
    return Verdict(correlation >= SPEECH_CORRELATION, correlation, float(level))


def _log_mel(pcm: NDArray[np.float32]) -> NDArray[np.float32]:
    """40 bands every 10 ms, floored 60 dB below full scale."""
    spectrum = torch.stft(
        torch.from_numpy(pcm.copy()), 1024, 240, window=torch.hann_window(1024), return_complex=True
    )
    mel = mel_filter_bank(40, 1024, 24000) @ spectrum.abs()
    log_mel: NDArray[np.float32] = torch.log(mel.clamp_min(1e-1)).numpy()
    return log_mel
