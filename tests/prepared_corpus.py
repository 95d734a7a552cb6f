# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small corpus as training prepares it, and a codec small enough to be trained in a test."""

from pathlib import Path

import numpy as np
import soundfile
from largesc_training.codec.settings import CodecSettings
from largesc_training.corpus.prepared import CorpusWriter

RECORDING = Path(__file__).parents[1] / "python" / "largesc" / "audio" / "verification.flac"
SMALL_CODEC = {"dimension": 64, "bottleneck": 32, "layers": 1, "batch_size": 2, "frames": 4}


def small_settings(**changed: object) -> CodecSettings:
    return CodecSettings.model_validate(SMALL_CODEC | changed)


def recording() -> np.ndarray:
    """Real speech, float32, 24 kHz, a whole number of pitch values (5 ms) long."""
    pcm, _ = soundfile.read(RECORDING, dtype="float32")
    return pcm[: len(pcm) // 120 * 120]


def write_prepared_corpus(folder: Path) -> Path:
    """Three recordings that train, one (upside down) that validates."""
    writer = CorpusWriter(folder)
    audio = (recording() * 32767).astype(np.int16)
    f0 = np.where(np.arange(len(audio) // 120) % 50 < 30, 170.0, 0.0).astype(np.float32)
    for number in range(3):
        writer.add("reader", "training", str(number), "", audio, f0)
    writer.add("other", "validation", "3", "", -audio, f0)
    writer.close()
    return folder


def write_told_corpus(folder: Path) -> Path:
    """The same with its phones beside it."""
    write_phones(write_prepared_corpus(folder), folder / "phones.npy")
    return folder


def write_phones(corpus: Path, path: Path) -> Path:
    """Phones 1, 2, 3, ... of 40 ms each, known throughout."""
    steps = len(np.load(corpus / "f0.npy", mmap_mode="r"))
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, (1 + np.arange(steps) // 8 % 39).astype(np.uint8))
    return path
