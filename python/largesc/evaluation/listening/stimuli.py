# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sound of a listening test: all equally loud, and nothing in a file that names its system."""

from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from ...corpus.speech_level import ALL_INACTIVE, active_speech_level
from ...corpus.utterance import SAMPLE_RATE
from ..report.run_folder import ReportError
from ..run.unit_work import flac
from .anchor import low_anchor
from .choice import Recording
from .key import ANCHOR, ORIGINAL

PEAK = 0.99


def stimuli_of(recording: Recording) -> dict[str, bytes]:
    """FLAC files by label, the original and the low anchor among them.

    Each has the active speech level (ITU-T P.56) of the original, so that nobody prefers what is
    merely louder; all are quieter by the same gain if one would clip. They are as long as the
    original.

    Raises:
        ReportError: a recording is missing or damaged.
    """
    sounds = {label: _read(path) for label, path in recording.paths.items()}
    original = sounds[ORIGINAL]
    sounds[ANCHOR] = low_anchor(original)
    level = active_speech_level(original)
    levelled = {
        label: _at_level(_as_long(pcm, len(original)), level) for label, pcm in sounds.items()
    }
    peak = max(float(np.abs(pcm).max(initial=0.0)) for pcm in levelled.values())
    gain = min(1.0, PEAK / max(peak, 1e-9))
    return {label: flac((gain * pcm).astype(np.float32)) for label, pcm in levelled.items()}


def _read(path: Path) -> NDArray[np.float32]:
    try:
        pcm, rate = soundfile.read(path, dtype="float32")
    except (OSError, soundfile.LibsndfileError) as error:
        raise ReportError(f"{path} cannot be read: {error}") from error
    if rate != SAMPLE_RATE or pcm.ndim != 1:
        raise ReportError(f"{path} is not of a run: {rate} Hz, {pcm.ndim} dimensions")
    return np.asarray(pcm, dtype=np.float32)


def _as_long(pcm: NDArray[np.float32], samples: int) -> NDArray[np.float32]:
    return np.pad(pcm[:samples], (0, max(0, samples - len(pcm))))


def _at_level(pcm: NDArray[np.float32], level: float) -> NDArray[np.float32]:
    own = active_speech_level(pcm)
    # What is silent stays so: a gain for it would make its hiss speech.
    return pcm if own <= ALL_INACTIVE else (pcm * 10.0 ** ((level - own) / 20.0)).astype(np.float32)
