# Copyright 2026 the gr-largesc authors
#
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures D(n, m): what a frame costs that arrives with its first m tokens."""

import time
from pathlib import Path

import numpy as np
from largesc.recovery.frame_recovery import FrameRecovery
from largesc.recovery.strategies.recovery_settings import RecoverySettings
from largesc.recovery.strategies.strategy_by_name import make_recovery
from rich.progress import track

from ..corpus.prepared import PreparedCorpus
from ..token_model.offline_encoder import OfflineEncoder, codec_facts
from .arrivals import BEFORE, COLUMNS, COUNTS, Arrivals
from .branching_decoder import BranchingDecoder
from .cost_set import CostWriter
from .frame_choice import FRAME, Stretch, choose_streams, draw_frames, stretch_of
from .log_mel_windows import MARGIN, LogMelWindows
from .settings import ControllerSettings

ROWS = len(COLUMNS) * COUNTS
WHOLE = COUNTS - 1  # the row in which everything arrives


class CostMeter:
    """Measures frames of stretches with a checkpoint.

    Args:
        checkpoint: whose codec and, if the recovery needs one, token model are used.
        settings: see there.
        device: of the codec.

    Raises:
        CheckpointError: it does not have what the recovery needs.
        ValueError: another frame than 80 ms.
    """

    def __init__(self, checkpoint: str, settings: ControllerSettings, device: str = "cpu"):
        self._settings = settings
        self._encoder = OfflineEncoder(checkpoint, device)
        self._decoder = BranchingDecoder(checkpoint, ROWS, device)
        if self._decoder.frame_size != FRAME:
            raise ValueError(f"frames have {FRAME} samples here, not {self._decoder.frame_size}")
        chosen = RecoverySettings(checkpoint, settings.look_ahead)
        recovery = FrameRecovery(make_recovery(settings.recovery, chosen))
        self._arrivals = Arrivals(recovery, settings.look_ahead)
        self._heard = BEFORE + 1 + settings.following
        self._mel = LogMelWindows(FRAME, self._heard)
        self.lookahead = self._encoder.lookahead_samples

    def measure(self, stretch: Stretch, frames: dict[int, float]) -> dict[str, np.ndarray]:
        """Arrays of a CostSet for these frames, in order, with these weights."""
        tokens, latent = self._encoder.encode_with_latents([stretch.pcm])[0]
        self._arrivals.start(tokens)
        self._decoder.reset()
        said = np.pad(stretch.pcm, (MARGIN + self._decoder.delay, 0))
        heard, done = np.zeros(MARGIN, np.float32), 0
        distances, owns = [], []
        for frame in frames:
            first = frame - BEFORE
            if first > done:
                heard = self._decoder.decode(tokens[done:first])[-MARGIN:]
                done = first
            distance, own = self._one(frame, heard, said[first * FRAME :])
            distances.append(distance)
            owns.append(own)
        at, facts = np.array(list(frames), int), stretch.facts
        arrays = {
            "latent": latent[at],
            "before": latent[at - 1],
            "distance": np.array(distances),
            "own": np.array(owns),
            "level": facts.level[at],
            "flux": facts.flux[at],
            "voiced": facts.voiced[at],
            "weight": np.array(list(frames.values())),
            "frame": at,
        }
        return {name: np.ascontiguousarray(own, np.float32) for name, own in arrays.items()}

    def _one(
        self, frame: int, heard: np.ndarray, said: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Distances to what was said and to the whole, ``[2, 9, W]`` each."""
        played = self._arrivals.played(frame, self._settings.following)
        pcm = self._decoder.branch(played.reshape(ROWS, self._heard, -1))
        before = np.tile(heard, (ROWS, 1))
        decibels = self._mel.decibels(np.concatenate([before, pcm], axis=1))
        said = said[: MARGIN + self._heard * FRAME]
        shape = len(COLUMNS), COUNTS, self._heard
        distance = self._mel.distances(decibels, self._mel.decibels(said[None]))
        own = self._mel.distances(decibels, decibels[WHOLE : WHOLE + 1])
        return distance.reshape(shape), own.reshape(shape)


def measure_costs(
    corpus: Path,
    out: Path,
    checkpoint: str,
    settings: ControllerSettings,
    seed: int = 0,
    device: str = "cpu",
    minutes: float = np.inf,
) -> None:
    """Measures the costs of a checkpoint on training readers; goes on where it was stopped.

    When the time is up, the set has the frames of the readers up to there.

    Args:
        corpus: prepared.
        out: folder of the cost set.
        checkpoint: name or folder.
        settings: how many frames, and which recovery.
        seed: of what is drawn.
        device: of the codec.
        minutes: of this call.

    Raises:
        CheckpointError: no such checkpoint, or one without what the recovery needs.
        ValueError: no training reader has enough speech.
    """
    prepared, meter = PreparedCorpus(corpus), CostMeter(checkpoint, settings, device)
    count = -(-settings.frames // settings.per_stream)
    streams = choose_streams(prepared, count, settings.stream_frames, seed)
    if not streams:
        raise ValueError(f"no reader in {corpus} has {settings.stream_frames} frames of speech")
    length, threshold = settings.stream_frames, settings.silence_threshold
    stretches = [
        stretch_of(stream, prepared, length, threshold, meter.lookahead, seed + number)
        for number, stream in enumerate(track(streams, description="facts"))
    ]
    facts = [stretch.facts for stretch in stretches]
    drawn = draw_frames(facts, settings.frames, settings.following, seed)
    writer = CostWriter(out)
    measured = _measure_parts(meter, writer, stretches, drawn, minutes)
    said = {
        "codec": codec_facts(checkpoint).fingerprint,
        "seed": seed,
        **settings.model_dump(include={"recovery", "look_ahead", "following", "stream_frames"}),
    }
    kept = [part for part in range(len(drawn)) if writer.has(part)]
    writer.close(kept, said)
    frames, readers = sum(len(drawn[k]) for k in kept), {stretches[k].reader for k in kept}
    print(f"{measured}; {frames} frames of {len(readers)} readers in all", flush=True)


def _measure_parts(
    meter: CostMeter,
    writer: CostWriter,
    stretches: list[Stretch],
    drawn: list[dict[int, float]],
    minutes: float,
) -> str:
    """Measures what is not there, until the time is up; says how much that was."""
    ends, began, measured = time.monotonic() + 60 * minutes, time.process_time(), 0
    parts = zip(track(stretches, description="costs"), drawn, strict=True)
    for part, (stretch, frames) in enumerate(parts):
        if frames and not writer.has(part):
            if time.monotonic() > ends and part:
                break
            writer.add(part, stretch.reader, meter.measure(stretch, frames))
            measured += len(frames)
    spent = 1000 * (time.process_time() - began) / max(1, measured)
    return f"{measured} frames measured now, {spent:.0f} ms of computing each"
