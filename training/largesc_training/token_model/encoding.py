# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""The prepared corpus as tokens."""

from pathlib import Path

import numpy as np
from largesc.codec.silence_detector import SilenceDetector
from rich.progress import track

from ..corpus.prepared import PreparedCorpus
from .offline_encoder import OfflineEncoder, codec_facts
from .settings import TokenModelSettings
from .token_set import TokenSet, TokenSetWriter
from .token_streams import Stream, plan_streams, speech_of

TOGETHER = 8  # streams encoded at once


def encode_corpus(
    corpus: Path,
    out: Path,
    checkpoint: str,
    settings: TokenModelSettings,
    seed: int = 0,
    device: str = "cpu",
) -> None:
    """Writes the tokens of all streams; goes on behind what an earlier call wrote.

    Args:
        corpus: prepared.
        out: folder of the token set.
        checkpoint: whose codec makes the tokens.
        settings: passes and what counts as silent.
        seed: of order, pauses and changes.
        device: the codec runs on.

    Raises:
        CheckpointError: no such checkpoint.
    """
    prepared, facts = PreparedCorpus(corpus), codec_facts(checkpoint)
    encoder = OfflineEncoder(checkpoint, device)
    streams = plan_streams(prepared, settings.passes, seed)
    writer = TokenSetWriter(out)
    firsts = range(0, len(streams), TOGETHER)
    for part, first in enumerate(track(firsts, description="tokens")):
        if writer.has(part):
            continue
        spoken = [
            speech_of(stream, prepared, np.random.default_rng([seed, first + number]))
            for number, stream in enumerate(streams[first : first + TOGETHER])
        ]
        silent = [silent_frames(pcm, encoder.frame_size, settings) for pcm in spoken]
        writer.add(part, encoder.encode(spoken), silent)
    writer.close(
        len(firsts), [_facts(stream) for stream in streams], facts.fingerprint, facts.silence
    )
    written = TokenSet(out)
    for use in ("training", "validation"):
        frames = sum(row.frames for row in written.of(use))
        print(f"{use}: {frames} frames, {frames / 12.5 / 3600:.2f} h of codec {written.codec}")


def silent_frames(pcm: np.ndarray, frame_size: int, settings: TokenModelSettings) -> np.ndarray:
    """Which frames a sender with this threshold calls silent, bool ``[frames]``."""
    detector = SilenceDetector(settings.silence_threshold)
    whole = np.pad(pcm, (0, -len(pcm) % frame_size)).reshape(-1, frame_size)
    return np.array([detector.push(frame) for frame in whole], dtype=bool)


def _facts(stream: Stream) -> tuple[str, str, int]:
    return stream.reader, stream.use, stream.number
