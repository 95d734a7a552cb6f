# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Costs of all frames of recordings, one after the other: what replayed losses are counted with.

The set that a controller learns from has single frames, drawn evenly over their kinds. A link
sends frame after frame, and neighbours are alike.
"""

from collections import defaultdict
from pathlib import Path

import numpy as np
from largesc.corpus.opened_corpus import open_corpus
from rich.progress import track

from ..corpus.prepared import F0_HOP
from ..token_model.offline_encoder import codec_facts
from .cost_set import CostWriter
from .frame_choice import BEFORE, FRAME, Stretch, facts_of
from .measurement import CostMeter
from .settings import ControllerSettings


def recorded_stretches(
    folder: str, subset: str, per_reader: int, threshold: float, delay: int
) -> list[Stretch]:
    """The first recordings of each reader of a corpus, joined.

    Args:
        folder: of the corpus; empty for the evaluation corpus.
        subset: of it.
        per_reader: recordings of each reader.
        threshold: dBFS, below which a sender calls frames silent.
        delay: samples by which the encoder lags, see ``stretch_of``.

    Raises:
        ValueError: the corpus has no such subset.
        OSError: there is no corpus.
    """
    corpus = open_corpus(folder, [subset])
    names: dict[str, list[str]] = defaultdict(list)
    for entry in corpus.entries:
        if entry.subset == subset and len(names[entry.reader]) < per_reader:
            names[entry.reader].append(entry.name)
    if not names:
        raise ValueError(f"the corpus has no subset {subset!r}")
    return [
        _joined(reader, [corpus.load(name).pcm for name in own], threshold, delay)
        for reader, own in names.items()
    ]


def measure_consecutive(
    stretches: list[Stretch],
    out: Path,
    meter: CostMeter,
    settings: ControllerSettings,
    checkpoint: str,
    origin: str,
) -> int:
    """Measures all frames of the stretches but their first and last ones; goes on where stopped.

    Args:
        stretches: see ``recorded_stretches``.
        out: folder of the cost set.
        meter: of the checkpoint and the settings.
        settings: recovery, look-ahead, frames that count.
        checkpoint: its name.
        origin: what the speech is, for those who read the set.

    Returns:
        How many frames the set has.
    """
    writer = CostWriter(out)
    counted = 0
    for part, stretch in enumerate(track(stretches, description="costs")):
        last = len(stretch.pcm) // FRAME - settings.following - 1
        frames = dict.fromkeys(range(BEFORE, last), 1.0)
        counted += len(frames)
        if not writer.has(part):
            writer.add(part, stretch.reader, meter.measure(stretch, frames))
    said = {"codec": codec_facts(checkpoint).fingerprint, "origin": origin}
    chosen = settings.model_dump(include={"recovery", "look_ahead", "following"})
    writer.close(list(range(len(stretches))), said | chosen)
    return counted


def _joined(reader: str, recordings: list[np.ndarray], threshold: float, delay: int) -> Stretch:
    pcm = np.concatenate(recordings).astype(np.float32)
    pcm = pcm[: len(pcm) // FRAME * FRAME]
    not_asked = np.zeros(len(pcm) // F0_HOP, dtype=bool)
    return Stretch(reader, pcm, facts_of(pcm, not_asked, threshold, delay))
